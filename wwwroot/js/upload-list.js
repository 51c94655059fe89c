import { megabytes } from './upload-queue.js';

// The files of an upload as rows. Only what is in view has a row in the page, so that ten thousand files weigh no more than twenty.
const low = 34;
// A refusal has its reason on a second line.
const high = 54;
const margin = 6;
const words = { waiting: 'waiting', done: 'uploaded', skipped: 'here already', refused: 'refused' };

export class UploadList {
  #box;
  #queue;
  #inner = document.createElement('div');
  #rows = [];

  constructor(box, queue) {
    this.#box = box;
    this.#queue = queue;
    this.#inner.className = 'inner';
    box.replaceChildren(this.#inner);
  }

  paint() {
    const { refused, total } = this.#queue;
    // The folders that wait for their concepts are counted, but have no rows yet.
    const top = index => (index < refused.length ? index * high : refused.length * high + (index - refused.length) * low);
    const at = offset => (offset < refused.length * high ? Math.floor(offset / high) : refused.length + Math.floor((offset - refused.length * high) / low));
    this.#box.hidden = total === 0;
    this.#inner.style.height = `${top(total)}px`;
    const first = Math.max(0, at(this.#box.scrollTop) - margin);
    const end = Math.min(total, at(this.#box.scrollTop + this.#box.clientHeight) + margin);
    while (this.#rows.length < end - first) this.#rows.push(this.#inner.appendChild(newRow()));
    while (this.#rows.length > Math.max(0, end - first)) this.#rows.pop().remove();
    this.#rows.forEach((row, place) => fill(row, this.#queue.row(first + place), first + place, total, top(first + place)));
  }
}

function newRow() {
  const row = document.createElement('div');
  row.className = 'file';
  row.setAttribute('role', 'listitem');
  for (const part of ['sign', 'name', 'size', 'state', 'reason']) row.appendChild(document.createElement('span')).className = part;
  return row;
}

function fill(row, entry, index, total, top) {
  const [, name, size, state, reason] = row.children;
  row.style.top = `${top}px`;
  row.setAttribute('aria-setsize', total);
  row.setAttribute('aria-posinset', index + 1);
  row.dataset.state = entry.state;
  set(name, entry.path);
  name.title = entry.path;
  set(size, megabytes(entry.size));
  const percent = entry.state === 'sending' && entry.sent > 0 ? `${Math.floor((100 * entry.sent) / Math.max(1, entry.size))} %` : '';
  set(state, percent || (words[entry.state] ?? 'sending'));
  state.title = entry.state === 'skipped' ? entry.reason : '';
  set(reason, entry.state === 'refused' ? entry.reason : '');
  reason.title = reason.textContent;
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
