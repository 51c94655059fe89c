// @ts-check
import { megabytes } from './upload-queue.js';

// The files of an upload as rows. Only what is in view has a row in the page, so that ten thousand files weigh no more
// than twenty.

/** @typedef {import('./upload-queue.js').Entry} Entry */
/** @typedef {Record<'row' | 'name' | 'size' | 'state' | 'reason', HTMLElement>} Row */

const low = 34;
// A refusal has its reason on a second line.
const high = 54;
const margin = 6;
const words = {
  waiting: 'waiting', sending: 'sending', done: 'uploaded', skipped: 'here already', refused: 'refused',
};

export class UploadList {
  #box;
  #queue;
  #inner = document.createElement('div');
  /** @type {Row[]} */
  #rows = [];

  /**
   * @param {HTMLElement} box
   * @param {import('./upload-queue.js').UploadQueue} queue
   */
  constructor(box, queue) {
    this.#box = box;
    this.#queue = queue;
    this.#inner.className = 'inner';
    box.replaceChildren(this.#inner);
  }

  paint() {
    const { refused, total } = this.#queue;
    const tall = refused.length * high;
    // The folders that wait for their concepts are counted, but have no rows yet.
    /** @param {number} index */
    const top = index => (index < refused.length ? index * high : tall + (index - refused.length) * low);
    /** @param {number} offset */
    const at = offset =>
      (offset < tall ? Math.floor(offset / high) : refused.length + Math.floor((offset - tall) / low));
    this.#box.hidden = total === 0;
    this.#inner.style.height = `${top(total)}px`;
    const first = Math.max(0, at(this.#box.scrollTop) - margin);
    const end = Math.min(total, at(this.#box.scrollTop + this.#box.clientHeight) + margin);
    while (this.#rows.length < end - first) this.#rows.push(newRow(this.#inner));
    while (this.#rows.length > Math.max(0, end - first)) this.#rows.pop()?.row.remove();
    this.#rows.forEach((row, place) => {
      const index = first + place;
      fill(row, this.#queue.row(index), index, total, top(index));
    });
  }
}

/**
 * @param {HTMLElement} list
 * @returns {Row}
 */
function newRow(list) {
  const row = document.createElement('div');
  row.className = 'file';
  row.setAttribute('role', 'listitem');
  const [sign, name, size, state, reason] = ['sign', 'name', 'size', 'state', 'reason'].map(part =>
    Object.assign(document.createElement('span'), { className: part }));
  row.append(sign, name, size, state, reason);
  list.append(row);
  return { row, name, size, state, reason };
}

/**
 * @param {Row} row
 * @param {Entry} entry
 * @param {number} index
 * @param {number} total
 * @param {number} top
 */
function fill({ row, name, size, state, reason }, entry, index, total, top) {
  row.style.top = `${top}px`;
  row.setAttribute('aria-setsize', String(total));
  row.setAttribute('aria-posinset', String(index + 1));
  row.dataset.state = entry.state;
  set(name, entry.path);
  name.title = entry.path;
  set(size, megabytes(entry.size));
  const percent = Math.floor((100 * entry.sent) / Math.max(1, entry.size));
  set(state, entry.state === 'sending' && entry.sent > 0 ? `${percent} %` : words[entry.state]);
  state.title = entry.state === 'skipped' ? entry.reason : '';
  set(reason, entry.state === 'refused' ? entry.reason : '');
  reason.title = reason.textContent;
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
