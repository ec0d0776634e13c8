/* Writes the HTML elements that all pages of a report share. */
#include "html.h"

#include "words/language.h"
#include "words/note_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* page/style.css, built in. */
extern const char style_css[];
/* page/sort.js, built in; SORT_SHA256 is its hash, by the Makefile. */
extern const char sort_js[];

enum { FITS_PHONES = 520 }; /* pixels; a wider chart scrolls on a phone instead of shrinking */

void page_start(struct text *out, const char *title) {
  text_format(out, "<!doctype html>\n<html lang=\"%s\">\n", language_code());
  text_add(out,
           "<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-" SORT_SHA256
           "'; style-src 'unsafe-inline'; "
           "img-src data:; base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
  text_html(out, title);
  text_format(out, "</title>\n<style>\n%s</style>\n</head>\n", style_css);
  /* what the script says */
  text_format(out, "<body data-filter=\"%s\" data-hint=\"%s\" data-rows=\"%s\">\n", _("Filter"),
              _("words; -word leaves out"), _("{shown} of {all} rows"));
}

void page_end(struct text *out) {
  text_format(out, "<footer>%s " NWAY_VERSION ". %s</footer>\n<script>%s</script>\n</body>\n</html>\n",
              _("Made by nway-report"),
              _("This page loads nothing from a network. Its one script sorts and filters tables; everything can be "
                "read without it."),
              sort_js);
}

void scroll_start(struct text *out, const char *label, const char *class) {
  text_format(out, "<div class=\"scroll %s\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">", class, label);
}

void scroll_end(struct text *out) { text_add(out, "</div>"); }

void verbatim(struct text *out, const char *label, const char *foreign) {
  text_format(out, "<pre tabindex=\"0\" role=\"region\" aria-label=\"%s\">", label);
  for (const char *at = foreign, *end; *at; at = end) { /* text_html would drop the line breaks */
    struct text line = {0};
    size_t length = strcspn(at, "\n");
    end = at + length + (at[length] == '\n');
    text_bytes(&line, at, length);
    text_html(out, text_of(&line));
    text_add(out, at[length] ? "\n" : "");
    text_free(&line);
  }
  text_add(out, "</pre>");
}

/* Writes a colour as gnuplot does, so the page's dark style recognises it. */
static void text_colour(struct text *out, const char *rgb) {
  unsigned red = 0, green = 0, blue = 0;
  sscanf(rgb, "#%2x%2x%2x", &red, &green, &blue);
  if (red + green + blue == 0)
    text_add(out, "currentColor");
  else
    text_format(out, "rgb(%3u, %3u, %3u)", red, green, blue);
}

/* gnuplot's dash "(12,4)" at line width 1.8; nothing for a solid line. */
static void text_dash(struct text *out, const char *dash) {
  const char *before = " stroke-dasharray='";
  if (*dash != '(')
    return;
  for (const char *at = dash + 1; *at; at += strcspn(at, ",)") + 1, before = ",")
    text_format(out, "%s%.3g", before, 0.9 * atoi(at));
  text_add(out, "' stroke-dashoffset='10'"); /* keeps the mark off the gap between two long dashes */
}

static void key_item(struct text *out, const struct chart *chart, const struct chart_key *key) {
  int width = key->line ? 44 : 16;
  text_format(out, "<li><svg class=\"%s\" viewBox=\"0 0 %d 16\" fill=\"none\" aria-hidden=\"true\">",
              key->line ? "line" : "dot", width);
  if (key->line) {
    text_add(out, "<path stroke-width='1.8' stroke='"), text_colour(out, key->look.rgb), text_add(out, "'");
    text_dash(out, key->look.dash);
    text_format(out, " d='M0,8 H%d'/>", width);
  }
  text_format(out, "<use xlink:href='#%sgpPt%d' transform='translate(%d,8) scale(4.88)' color='", chart->prefix,
              (key->hollow ? key->look.hollow : key->look.filled) - 1, width / 2);
  text_colour(out, key->look.rgb);
  text_add(out, "'/></svg><span>");
  text_html(out, key->name);
  text_add(out, "</span></li>");
}

/* A key with the chart's own marks. The style shows it only if the chart is wider than its box, which then hides the
 * chart's key. */
static void key_html(struct text *out, const struct chart *chart) {
  if (!chart->key_count)
    return;
  text_add(out, "<ul class=\"key\" aria-label=\"Key\">");
  for (size_t i = 0; i < chart->key_count; i++)
    key_item(out, chart, &chart->keys[i]);
  text_add(out, "</ul>");
}

/* Both drawings of a chart; the style shows the one that fits the window. */
static void two_widths(struct text *out, const struct chart *wide, const struct chart *narrow) {
  text_format(out, "<div class=\"broad\">%s</div>\n<div class=\"narrow\">%s", wide->svg, narrow->svg);
  key_html(out, narrow);
  text_add(out, "</div>\n");
}

void figure_html(struct text *out, const struct charts *charts, const char *id, const char *heading, bool caption) {
  const struct chart *c = chart_find(charts, id), *narrow;
  char narrow_id[CHART_ID + 8];
  snprintf(narrow_id, sizeof narrow_id, "%s-narrow", id);
  narrow = chart_find(charts, narrow_id);
  text_add(out, "<figure>");
  if (heading)
    text_format(out, "<p class=\"chart-title\">%s</p>", heading);
  if (c && c->svg && narrow && narrow->svg)
    two_widths(out, c, narrow);
  else if (c && c->svg && c->width > FITS_PHONES) {
    char label[CHART_ID + 8];
    snprintf(label, sizeof label, _("Chart %s"), id);
    scroll_start(out, label, "wide");
    text_add(out, c->svg);
    scroll_end(out);
    key_html(out, c);
  } else if (c && c->svg)
    text_add(out, c->svg);
  else {
    text_format(out, "<p class=\"missing\">%s ", _("Chart unavailable:"));
    struct text why = {0};
    note_words(&why, c ? charts->why.text : "no valid point to draw");
    text_html(out, text_of(&why));
    text_free(&why);
    text_add(out, ".</p>");
  }
  if (c && caption) {
    text_add(out, "<figcaption>");
    text_html(out, c->caption);
    if (!charts->alone)
      text_format(out, " <a href=\"data/%s.csv\">%s</a> · <a href=\"gnuplot/%s.gp\">%s</a>", c->id, _("data"), c->id,
                  _("script"));
    if (c->png)
      text_format(out, " · <a href=\"png/%s.png\">%s</a>", c->id, _("slide"));
    text_add(out, "</figcaption>");
  }
  text_add(out, "</figure>\n");
}

void table_start(struct text *out, const char *label, const char *class, const char *heads) {
  scroll_start(out, label, "");
  text_format(out, "<table class=\"%s\"><thead><tr>", class);
  while (*heads) {
    size_t length = strcspn(heads, "|");
    bool number = *heads == '#';
    text_format(out, "<th scope=\"col\"%s>%.*s</th>", number ? " class=\"n\"" : "", (int)(length - number),
                heads + number);
    heads += length + (heads[length] == '|');
  }
  text_add(out, "</tr></thead><tbody>\n");
}

void table_end(struct text *out) { text_add(out, "</tbody></table>"), scroll_end(out), text_add(out, "\n"); }

void text_td(struct text *out, const char *foreign) {
  text_add(out, "<td>");
  text_html(out, *foreign ? foreign : "–");
  text_add(out, "</td>");
}

void number_td(struct text *out, const char *number) { text_format(out, "<td class=\"n\">%s</td>", number); }
