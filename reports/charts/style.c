/* The look of the page and its fixed words. */
#include "style.h"

const char page_style[] =
    ":root{color-scheme:light dark;--ink:#1a1c1e;--soft:#5a6068;--paper:#fff;--card:#f6f7f8;--line:#d5d9dd;"
    "--link:#005a9c;--good:#00664b;--bad:#a33b00;--b5:#4f9ad3;--b4:#82b6e3;--b3:#aed0ee;--b2:#d3e5f6;--b1:#f0f3f6;"
    "--o2:#fbe3cf;--o3:#f6c49a;--o4:#eda05f;--o5:#e58a42;--heat:#111;--shade:rgba(0,0,0,.32)}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e6e8ea;--soft:#a3abb3;--paper:#131518;--card:#1c1f23;"
    "--line:#3a4047;--link:#7cc0ff;--good:#4fd1a5;--bad:#ff9d66;--b5:#2a78ba;--b4:#24608f;--b3:#1f4a6c;--b2:#1c364c;"
    "--b1:#24282d;--o2:#46321f;--o3:#6a4420;--o4:#8f551f;--o5:#9c5818;--heat:#fff}\n"
    "figure [stroke='rgb(  0, 114, 178)'],figure [stroke='#0072B2']{stroke:#4aa3df}\n"
    "figure [color='rgb(  0, 114, 178)']{color:#4aa3df}\n"
    "figure [color='rgb(213,  94,   0)']{color:#f27b2f}figure [stroke='rgb(213,  94,   0)']{stroke:#f27b2f}}\n"
    "*{box-sizing:border-box}\n"
    "html{scroll-behavior:smooth}\n"
    "body{margin:0;overflow-wrap:break-word;background:var(--paper);color:var(--ink);"
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',"
    "'DejaVu Sans',sans-serif}\n"
    "a{color:var(--link)}a:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline:3px solid var(--link);"
    "outline-offset:2px}\n"
    ".skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--paper);padding:8px;z-index:2}\n"
    "header,main,footer{max-width:1400px;margin:0 auto;padding:0 24px}\n"
    "h1{font-size:22px;line-height:1.25;margin:18px 0 2px}h2{font-size:20px;margin:44px 0 8px;padding-top:12px;"
    "border-top:1px solid var(--line)}h3{font-size:16px;margin:24px 0 6px}\n"
    "h2 .quiet-words{font-weight:400;font-size:15px}\n"
    "p{margin:6px 0;max-width:78ch}.soft,.quiet-words,figcaption{color:var(--soft)}\n"
    ".first{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,7fr);gap:8px 32px;align-items:start}\n"
    ".first h2{border:0;margin:10px 0 4px;padding:0}\n"
    ".verdict{list-style:none;margin:0;padding:0}.verdict li{margin:0 0 9px;font-size:15px;line-height:1.4}\n"
    ".verdict a{font-weight:650}\n"
    ".badges{list-style:none;margin:8px 0;padding:0;font-size:14px;line-height:1.4}.badges li{margin:4px 0}\n"
    ".badges b{display:inline-block;border:1.5px solid currentColor;border-radius:4px;padding:0 6px;margin-right:6px;"
    "font-size:12px;letter-spacing:.03em;color:var(--bad)}\n"
    "nav{display:flex;flex-wrap:wrap;gap:4px 18px;padding:10px 0;border-top:1px solid var(--line);margin-top:14px;"
    "font-size:15px}\n"
    "figure{margin:0;min-width:0}figure svg{display:block;width:100%;height:auto;color:var(--ink)}\n"
    "figure .gridline{stroke:var(--line)}figcaption,.caption{font-size:13px;line-height:1.4;margin:4px 0 "
    "8px;max-width:110ch;color:var(--soft)}\n"
    ".three{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:8px 20px}\n"
    ".chart-title{margin:0 0 2px;font-size:14px;font-weight:650;text-align:center;max-width:none}\n"
    ".two{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:8px 24px}\n"
    ".waterfall{max-width:860px}\n"
    /* a shadow at the side that hides something: the paper over it moves with the content, the shadow does not */
    ".scroll{overflow-x:auto;margin:8px 0;background:linear-gradient(90deg,var(--paper) 40%,transparent) 0/40px 100% "
    "no-repeat local,linear-gradient(270deg,var(--paper) 40%,transparent) 100%/40px 100% no-repeat local,"
    "linear-gradient(90deg,var(--shade),transparent) 0/14px 100% no-repeat scroll,"
    "linear-gradient(270deg,var(--shade),transparent) 100%/14px 100% no-repeat scroll}\n"
    ".wide{margin:0}.wide svg{min-width:560px}\n"
    /* under a chart that is cut off: by its own box, and by the window for browsers that do not ask a box */
    ".key{display:none;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:6px 0;padding:0;font-size:13px}"
    ".key li{display:flex;align-items:center;gap:6px;overflow-wrap:anywhere}"
    ".key svg{flex:none;width:16px}.key svg.line{width:44px}\n"
    "figure{container-type:inline-size}@container (max-width:559px){.key{display:flex}}"
    "@media (max-width:587px){.key{display:flex}}\n"
    "table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:4px 9px;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}\n"
    "th{font-weight:600}thead th{border-bottom:2px solid var(--soft)}\n"
    "td.n,th.n{text-align:right}td.wrap{white-space:normal;min-width:16ch;overflow-wrap:anywhere}\n"
    ".story td.wrap{min-width:18ch}.story th.wrap{white-space:normal;min-width:22ch}.story "
    ".whole{white-space:nowrap}.story small{display:block;"
    "font-weight:400;font-size:13px;color:var(--soft)}\n"
    "tbody tr:hover{background:var(--card)}\n"
    "tr.best td,tr.best th{font-weight:650}\n"
    ".mark{color:var(--good)}.wrong{color:var(--bad)}\n"
    ".heat td{text-align:center;min-width:92px;color:var(--heat);border:2px solid var(--paper);line-height:1.25;"
    "padding:6px 8px}\n"
    ".heat td small{display:block;font-size:12px}.heat th{vertical-align:middle}.heat td.none{color:var(--soft)}\n"
    ".b5{background:var(--b5)}.b4{background:var(--b4)}.b3{background:var(--b3)}.b2{background:var(--b2)}"
    ".b1{background:var(--b1)}.o2{background:var(--o2)}.o3{background:var(--o3)}.o4{background:var(--o4)}"
    ".o5{background:var(--o5)}\n"
    ".rules{padding-left:0;list-style:none;max-width:100ch}.rules li{margin:6px 0;display:grid;"
    "grid-template-columns:88px 1fr}\n"
    "pre{background:var(--card);padding:12px;overflow-x:auto;font-size:13px;line-height:1.45}\n"
    "code{font-size:.92em}details summary{cursor:pointer;margin:8px 0}\n"
    ".missing{border:1px dashed var(--soft);padding:16px;color:var(--soft)}\n"
    "footer{padding:32px 24px;color:var(--soft);font-size:14px}\n"
    "@media (max-width:900px){.first,.three,.two{grid-template-columns:minmax(0,1fr)}.three figure,.two "
    "figure{max-width:520px}"
    "header,main,footer{padding-left:14px;padding-right:14px}.scroll "
    "th[scope=row]{white-space:normal;min-width:13ch}}\n"
    "@media (max-width:700px){.story,.story tbody,.story tr,.story th,.story td{display:block}.story "
    "thead{display:none}"
    ".story tr{border-bottom:2px solid var(--soft);padding:6px 0}.story th,.story td{border:0;padding:2px 0}"
    ".story td[data-head]{display:grid;grid-template-columns:84px 1fr}.story td[data-head]>*{grid-column:2}"
    ".story td[data-head]::before{content:attr(data-head);color:var(--soft);font-size:13px;grid-row:1/span 9}}\n"
    "@media print{:root{--ink:#000;--paper:#fff;--card:#fff;--soft:#444}nav,.skip{display:none}"
    "figure,tr,.first{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}body{font-size:12px}"
    "table,.heat td small{font-size:10px}th,td{padding:2px 4px;white-space:normal}*{print-color-adjust:exact}}\n"
    "@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}\n";

const char *const read_dots[] = {
    "Left: absolute time. The solid line T1 is the best serial time, the dashed one what ideal scaling would make of "
    "it; "
    "a way is worth its trouble only if its filled mark lies left of T1.",
    "Middle: speedup over the best serial cell of this problem, whatever the method. Black bars are the 95 % interval; "
    "two marks differ for sure only where the table says so, not where their bars miss each other.",
    "Right: efficiency, the speedup over the sequential cell of the same method divided by the workers: the share of "
    "the "
    "workers that did useful work. A short grey line is the limit that the sizes of the items "
    "set: no way of running can pass it."};

const char *const read_curves[] = {
    "Left: absolute time against workers, both axes logarithmic; the dashed line is the best serial time divided by "
    "the "
    "workers. A curve that turns up has more workers than it can use.",
    "Middle: speedup on logarithmic axes, equal where the values allow it, so that ideal scaling is the line at 45 "
    "degrees. The grey dotted line "
    "is the limit that the sizes of the items set.",
    "Right: efficiency from 0, over the sequential cell of the same method. Look here first for waste: a speedup of 20 "
    "on 64 workers looks well in the middle and "
    "poor on the right."};

const struct words method_words[] = {
    {"From samples to a speedup",
     "Every cell runs in a fresh process, once a round; rounds and the order within them are random from the recorded "
     "seed. A process gives its median. It is paired with the baseline process nearest to it in the same block, so "
     "that "
     "a machine that drifts slows both. A round gives one logarithm of a ratio; the speedup is the median of those "
     "over "
     "rounds."},
    {"Intervals",
     "The 95 % interval of a median comes from order statistics: the narrowest symmetric pair of ranks whose binomial "
     "coverage is at least 95 % (6 rounds: smallest and largest, 96.9 %). It assumes no distribution. Under 6 rounds "
     "there is "
     "none. The column &ldquo;t check&rdquo; is Student&rsquo;s interval of the logarithms; where the two disagree, "
     "trust "
     "the first and look at the samples."},
    {"Tests",
     "The best is the cell whose interval has the highest lower end. Each cell is compared with it by their own paired "
     "ratio and a two-sided sign test; p is adjusted by Holm over all cells of the problem. &ldquo;equal&rdquo;: "
     "neither "
     "the best nor the baseline is shown faster than it, and its interval does not end below where the best&rsquo;s "
     "begins. "
     "&ldquo;slower*&rdquo;: its own interval lies wholly on the slow side, but among so many comparisons these rounds "
     "cannot "
     "prove it; a verdict then says &ldquo;pair by pair&rdquo;."},
    {"Formulas",
     "speedup S = time of best-serial / time of the cell; own speedup S&prime; = time of the method&rsquo;s own "
     "sequential cell / time of the cell. Efficiency E = S&prime; / p. Karp&ndash;Flatt serial fraction "
     "e = (1/S&prime; &minus; 1/p) / (1 &minus; 1/p), undefined at p = 1. "
     "Algorithmic gain = time of naive / time of best-serial; parallel gain = time of best-serial / time "
     "of the cell. "
     "&ldquo;own&rdquo; and &ldquo;over naive&rdquo; come round by round from the ratios of both cells to the "
     "baseline beside them; &ldquo;over naive&rdquo; of the baseline is the algorithmic gain."},
    {"Time",
     "Wall time of one whole iteration on CLOCK_MONOTONIC, from the release of the work to the end of the last "
     "worker. Where a team lives for one iteration (pthread, fork) its creation and joining are inside; where it lives "
     "for "
     "the cell they are not, and the column &ldquo;cold&rdquo; shows the first iteration with the start included."},
};
const size_t method_word_count = sizeof method_words / sizeof *method_words;
