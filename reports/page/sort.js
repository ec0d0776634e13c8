/* Sorts a table by the column whose head is pressed, and filters the rows of a long one by words. The only script of a
 * page, which is whole without it. */
'use strict';
(() => {
  const said = document.body.dataset;
  const units = {ns: 1e-9, 'µs': 1e-6, ms: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, KiB: 1024, MiB: 1048576, GiB: 1073741824};
  const value = (text) => {
    const found = /^[^\d]{0,12}?(-?\d[\d.]*(?:e[-+]?\d+)?)\s*([a-zµA-Z]*)/.exec(text);
    return found ? Number(found[1]) * (units[found[2]] || 1) : NaN;
  };
  const order = (a, b, down) => {
    const one = value(a), two = value(b);
    if (isNaN(one) !== isNaN(two)) return isNaN(one) ? 1 : -1;
    return (isNaN(one) ? a.localeCompare(b) : one - two) * (down ? -1 : 1);
  };
  const sort = (table, head, column) => {
    const down = head.getAttribute('aria-sort') === 'ascending', body = table.tBodies[0];
    const text = (row) => (row.cells[column] || {textContent: ''}).textContent.trim();
    const rows = [...body.rows].sort((a, b) => order(text(a), text(b), down));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    body.append(...rows);
  };
  /* Every word must be in a row; a word behind a minus must not. */
  const filter = (table, words, count) => {
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => word === '-' || (word[0] === '-' ? !text.includes(word.slice(1)) : text.includes(word)));
      shown += !row.hidden;
    }
    const all = table.tBodies[0].rows.length;
    count.textContent = words.length ? said.rows.replace('{shown}', shown).replace('{all}', all) : '';
  };
  const addFilter = (table) => {
    const box = table.closest('.scroll') || table, label = document.createElement('label');
    const input = document.createElement('input'), count = document.createElement('output');
    input.type = 'search', input.placeholder = said.hint, label.className = 'filter';
    label.append(said.filter, ' ', input, ' ', count);
    box.before(label);
    input.addEventListener('input', () => filter(table, input.value.toLowerCase().split(/\s+/).filter(Boolean), count));
  };
  for (const table of document.querySelectorAll('table')) {
    if (table.tBodies[0].rows.length < 3 || table.querySelector('[scope=rowgroup]')) continue;
    if (table.tBodies[0].rows.length >= 8) addFilter(table);
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement('button');
      button.append(...head.childNodes);
      button.title = 'sort';
      head.append(button);
      button.addEventListener('click', () => sort(table, head, column));
    });
  }
})();
