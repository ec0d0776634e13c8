// Opens pages in Chromium as readers do and says what is wrong: one line "PAGE: TOPIC: what" for each fault.
//
// node look.mjs PICTURES PAGE.html...   Exit code 0: nothing found, 1: something, 2: the browser does not start.
import {chromium} from 'playwright-core';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename, dirname, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [pictures, ...pages] = process.argv.slice(2);
const FOLDED_MOST = 5000; /* px at 1280 */
const SHEETS_MOST = 8;
const desktop = {width: 1280, height: 800}, phone = {width: 390, height: 844};

let faults = 0;
const tell = (page, topic, what) => {
  faults++;
  console.log(`${page.name}: ${topic}: ${what}`);
};

/* ---- what a page does while it loads ---- */

const watch = (tab, page) => {
  const own = pathToFileURL(page.path).href;
  tab.on('request', (request) => {
    if (request.url().split('#')[0] !== own && !request.url().startsWith('data:'))
      tell(page, 'request', request.url().slice(0, 200));
  });
  tab.on('dialog', (dialog) => {
    tell(page, 'script', `a foreign script ran: ${dialog.message()}`);
    dialog.dismiss();
  });
  tab.on('pageerror', (error) => tell(page, 'console', error.message));
  tab.on('console', (message) => {
    const text = message.text();
    if (/Content Security Policy/.test(text)) tell(page, 'csp', text.slice(0, 200));
    else if (message.type() === 'error') tell(page, 'console', text.slice(0, 200));
  });
};

const open = async (browser, page, options) => {
  const context = await browser.newContext({viewport: desktop, ...options});
  const tab = await context.newPage();
  watch(tab, page);
  await tab.goto(pathToFileURL(page.path).href);
  return tab;
};

const shoot = async (tab, page, name) => {
  await tab.evaluate(() => scrollTo(0, 0));
  await tab.screenshot({path: `${pictures}/${page.name}-${name}.png`, animations: 'disabled'});
};

/* ---- topics ---- */

const ids = async (tab, page) => {
  const found = await tab.evaluate(() => {
    const seen = new Map(), wrong = [];
    for (const element of document.querySelectorAll('[id]')) seen.set(element.id, (seen.get(element.id) || 0) + 1);
    for (const [id, count] of seen) if (count > 1) wrong.push(`${count} elements have the id '${id}'`);
    for (const element of document.querySelectorAll('*'))
      for (const name of ['href', 'xlink:href', 'for', 'aria-labelledby', 'aria-describedby'])
        for (const word of (element.getAttribute(name) || '').split(/\s+/).filter(Boolean)) {
          const id = name.endsWith('href') ? (word.startsWith('#') ? decodeURIComponent(word.slice(1)) : '') : word;
          if (id && !seen.has(id)) wrong.push(`${name} names '${id}', which is not there`);
        }
    return wrong;
  });
  for (const what of found.slice(0, 10)) tell(page, 'ids', what);
};

const examine = async (tab, page, topic, rules) => {
  await tab.evaluate(axe);
  const options = {resultTypes: ['violations'], ...(rules ? {runOnly: {type: 'rule', values: rules}} : {})};
  const found = await tab.evaluate((with_) => window.axe.run(document, with_), options);
  for (const violation of found.violations)
    tell(page, topic, `${violation.id} (${violation.nodes.length}): ${violation.nodes[0].html.slice(0, 160)}`);
};

/* Everything wider than the window must lie in a box that scrolls by itself. */
const width = async (tab, page, topic) => {
  const [wide, window_] = await tab.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  if (wide > window_) tell(page, topic, `the page is ${wide} px wide in a window of ${window_} px`);
};

/* Sorts by keyboard, and looks whether every place that takes the focus shows it. */
const keyboard = async (tab, page) => {
  const hidden = new Set();
  for (let i = 0; i < 25; i++) {
    await tab.keyboard.press('Tab');
    const place = await tab.evaluate(() => {
      const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
      if (element === document.body) return null;
      const shown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
      return {shown: shown && box.width > 0 && box.height > 0, what: element.outerHTML.slice(0, 80)};
    });
    if (place && !place.shown) hidden.add(place.what);
  }
  for (const what of hidden) tell(page, 'keyboard', `no visible focus on ${what}`);
  const button = tab.locator('th button:visible').first();
  if (!(await button.count())) return;
  await button.focus();
  await tab.keyboard.press('Enter');
  if (!(await tab.locator('th[aria-sort]').count())) tell(page, 'keyboard', 'Enter on the head of a column does not sort');
};

/* A filter leaves the rows that have its words; the buttons above curves show one drawing of the two. */
const choices = async (tab, page) => {
  const found = await tab.evaluate(() => {
    const wrong = [], shown = (box) => box.getClientRects().length > 0, input = document.querySelector('.filter input');
    const table = input && input.closest('.filter').parentElement.querySelector('.filter ~ * table, .filter ~ table');
    const type = (words) => {
      input.value = words;
      input.dispatchEvent(new Event('input'));
      return [...table.tBodies[0].rows].filter((row) => !row.hidden).length;
    };
    if (table) {
      const all = table.tBodies[0].rows.length, word = table.tBodies[0].rows[0].textContent.trim().split(/\s+/)[0];
      const some = type(word), others = type(`-${word}`);
      if (some < 1 || some + others !== all) wrong.push(`of ${all} rows ${some} have '${word}' and ${others} have not`);
      if (type('no such words') !== 0 || type('') !== all) wrong.push('a filter that nothing passes leaves rows');
    }
    for (const box of [...document.querySelectorAll('.axes')].filter(shown).slice(0, 1)) {
      const button = box.querySelector('.linear'), log = box.querySelector('.on-log'), linear = box.querySelector('.on-linear');
      if (!button) continue;
      if (!shown(log) || shown(linear)) wrong.push('not the logarithmic drawing alone is shown at first');
      button.click();
      if (shown(log) || !shown(linear)) wrong.push('the button for linear axes does not show them alone');
      box.querySelector('.log').click();
    }
    return wrong;
  });
  for (const what of found) tell(page, 'choices', what);
};

/* What a reader without scripts sees must be all that there is. */
const words = (tab) => tab.evaluate(() => document.body.textContent.replace(/\s+/g, ' ').length);

const contents = async (tab, page) => {
  const empty = await tab.evaluate(() => [...document.querySelectorAll('svg')]
    .filter((svg) => svg.getBoundingClientRect().width > 0 && !svg.querySelector('path, polyline, rect, circle, line, use'))
    .length);
  if (empty) tell(page, 'charts', `${empty} charts show nothing`);
  const first = await tab.evaluate(() => {
    const chart = document.querySelector('svg, img'), head = document.querySelector('h1');
    return {head: head && head.getBoundingClientRect().top, chart: chart && chart.getBoundingClientRect().top};
  });
  if (first.head === null || first.head > 400) tell(page, 'first screen', 'no heading in the upper half');
  if (first.chart !== null && first.chart > 700) tell(page, 'first screen', `the first chart begins at ${first.chart} px`);
};

/* No word of a chart may be cut by its frame or lie on another word; all folded charts count. */
const labels = async (tab, page, topic) => {
  const found = await tab.evaluate(() => {
    const folded = [...document.querySelectorAll('details:not([open])')], wrong = [];
    for (const box of folded) box.open = true;
    for (const svg of document.querySelectorAll('figure svg')) {
      const frame = svg.getBoundingClientRect(), seen = [], title = svg.querySelector('title');
      for (const text of frame.width ? svg.querySelectorAll('text') : []) {
        const box = text.getBoundingClientRect(), words = text.textContent.trim();
        if (!words || !box.width) continue;
        if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
          wrong.push(`'${words}' is cut in ${title && title.textContent}`);
        for (const [other, said] of seen)
          if (Math.min(box.right, other.right) - Math.max(box.left, other.left) > 2 &&
              Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 4)
            wrong.push(`'${words}' lies on '${said}' in ${title && title.textContent}`);
        seen.push([box, words]);
      }
    }
    for (const box of folded) box.open = false;
    return wrong;
  });
  for (const what of found.slice(0, 10)) tell(page, topic, what);
};

/* One tab that becomes a window of each kind; the script is off in a tab of its own. */
const visits = [
  ['desktop', {}, async (tab, page) => {
    await contents(tab, page);
    await ids(tab, page);
    await examine(tab, page, 'axe');
    page.words = await words(tab);
    page.height = await tab.evaluate(() => document.documentElement.scrollHeight);
    if (page.height > FOLDED_MOST) tell(page, 'height', `${page.height} px folded, over ${FOLDED_MOST}`);
    await labels(tab, page, 'labels');
    await shoot(tab, page, 'desktop');
    await keyboard(tab, page);
    await choices(tab, page);
  }],
  ['dark', {media: {colorScheme: 'dark'}}, async (tab, page) => {
    await examine(tab, page, 'dark', ['color-contrast']);
    await shoot(tab, page, 'dark');
  }],
  ['forced', {media: {colorScheme: null, forcedColors: 'active'}}, async (tab, page) => {
    await width(tab, page, 'forced colours');
    await shoot(tab, page, 'forced');
  }],
  ['phone', {media: {forcedColors: null}, viewport: phone}, async (tab, page) => {
    await width(tab, page, 'phone');
    await labels(tab, page, 'phone labels');
    await shoot(tab, page, 'phone');
  }],
  ['zoom', {viewport: {width: 640, height: 400}}, (tab, page) => width(tab, page, 'zoom 200 %')],
  ['narrow', {viewport: {width: 320, height: 640}}, async (tab, page) => {
    await width(tab, page, '320 px');
    await shoot(tab, page, 'narrow');
  }],
  ['print', {media: {media: 'print'}, viewport: desktop}, async (tab, page) => {
    const paper = (await tab.pdf({format: 'A4'})).toString('latin1');
    page.sheets = (paper.match(/\/Type\s*\/Page\b(?!s)/g) || []).length;
    const cut = await tab.evaluate(() => {
      const wide = 718; /* A4 less margins of 1 cm, in CSS pixels */
      document.body.style.width = `${wide}px`;
      return [...document.querySelectorAll('table, svg')].filter((box) => box.getBoundingClientRect().right > wide + 40)
        .length;
    });
    if (cut) tell(page, 'print', `${cut} tables or charts are wider than the paper`);
    if (page.sheets < 1 || page.sheets > SHEETS_MOST) tell(page, 'print', `${page.sheets} sheets of A4, over ${SHEETS_MOST}`);
  }],
];

const withoutScript = async (tab, page) => {
  const here = await words(tab);
  if (here < page.words * 0.99) tell(page, 'script off', `${here} of ${page.words} characters are there`);
  await width(tab, page, 'script off');
};

const main = async () => {
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu']}).catch((error) => {
    console.error(`the browser does not start: ${error.message.split('\n')[0]}`);
    process.exit(2);
  });
  mkdirSync(pictures, {recursive: true});
  for (const path of pages) {
    const page = {path: resolve(path), name: basename(dirname(dirname(resolve(path)))) || basename(path)};
    const tab = await open(browser, page, {});
    for (const [name, {media, viewport}, visit] of visits) {
      const began = Date.now();
      if (media) await tab.emulateMedia(media);
      if (viewport) await tab.setViewportSize(viewport);
      await visit(tab, page);
      if (process.env.TIMES) console.error(`${name}: ${Date.now() - began} ms`);
    }
    await tab.context().close();
    const bare = await open(browser, page, {javaScriptEnabled: false});
    await withoutScript(bare, page);
    await bare.context().close();
    console.error(`${page.name}: ${page.height} px high at ${desktop.width} px, ${page.sheets} sheets of A4`);
  }
  await browser.close();
  process.exit(faults ? 1 : 0);
};

await main();
