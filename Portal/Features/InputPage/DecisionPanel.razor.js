// @ts-check
import { queueOf } from '../Inputs/UnsentNotice.razor.js';

const typing = 'input, textarea, select, [contenteditable="true"], dialog';

/**
 * @typedef {0 | 1 | null} Value null where nothing is decided
 * @typedef {{id: string, value: Value}} Local
 *
 * @typedef {object} Made
 * @property {string} id
 * @property {string} inputId
 * @property {string} conceptId
 * @property {string} key
 * @property {Local | undefined} before
 * @property {Value} beforeValue
 */

/**
 * The value that a row or a button stands for.
 * @param {string | undefined} text
 * @returns {Value}
 */
const valueOf = text => (text === '1' ? 1 : text === '0' ? 0 : null);

/**
 * @param {string} inputId
 * @param {string} conceptId
 */
const keyOf = (inputId, conceptId) => `${inputId}/${conceptId}`;

/**
 * @param {HTMLElement} panel
 * @param {DotNetReference} page
 * @param {string} api address of the app in the REST API
 * @param {string} user
 */
export function attach(panel, page, api, user) {
  const queue = queueOf(user);
  /**
   * What was decided here and is not on the page yet, by input and concept. It shows at once, whatever the connection
   * does.
   * @type {Map<string, Local>}
   */
  const local = new Map();
  /** @type {Made[]} */
  const made = [];

  /**
   * @param {string} selector
   * @param {HTMLElement} root
   * @returns {NodeListOf<HTMLElement>}
   */
  const all = (selector, root = panel) => root.querySelectorAll(selector);
  /**
   * @param {string} method
   * @param {...unknown} values
   */
  const tell = (method, ...values) => page.invokeMethodAsync(method, ...values).catch(() => {});
  /** @param {HTMLElement} row */
  const rowKey = row => keyOf(panel.dataset.input ?? '', row.dataset.concept ?? '');
  /** @param {HTMLElement} row */
  const ownOf = row => {
    const known = local.get(rowKey(row));
    return known ? known.value : valueOf(row.dataset.own);
  };

  const paint = () => {
    for (const row of all('[data-own]')) {
      const own = ownOf(row);
      for (const button of all('[data-decide]', row)) {
        button.setAttribute('aria-pressed', String(own === valueOf(button.dataset.decide)));
      }
    }
    for (const row of all('[data-annotation]')) {
      const known = local.get(rowKey(row));
      row.toggleAttribute('data-settled', known !== undefined && known.value !== null);
    }
  };

  /**
   * @param {HTMLElement} row
   * @param {HTMLElement} button
   */
  const decide = (row, button) => {
    const { input: inputId = '' } = panel.dataset;
    const { concept: conceptId = '' } = row.dataset;
    const pressed = valueOf(button.dataset.decide);
    // The same button again takes an own label back.
    const value = row.dataset.own !== undefined && ownOf(row) === pressed ? null : pressed;
    const key = rowKey(row);
    const before = local.get(key);
    /** @type {HTMLElement | null} */
    const labels = panel.querySelector(`[data-own][data-concept="${CSS.escape(conceptId)}"]`);
    const beforeValue = labels ? ownOf(labels) : null;
    const id = queue.decide(api, { inputId, conceptId, value, annotationId: row.dataset.annotation });
    local.set(key, { id, value });
    made.push({ id, inputId, conceptId, key, before, beforeValue });
    paint();
    tell('Decided', { decisionId: id, inputId, conceptId, value });
  };

  /** @param {string} [id] the last one where none is given */
  const undo = id => {
    const place = id ? made.findIndex(decision => decision.id === id) : made.length - 1;
    if (place < 0) return;
    const [decision] = made.splice(place, 1);
    const undoId = queue.undo(api, decision.id);
    if (local.get(decision.key)?.id === decision.id || undoId) {
      if (undoId) local.set(decision.key, { id: undoId, value: decision.beforeValue });
      else if (decision.before) local.set(decision.key, decision.before);
      else local.delete(decision.key);
    }
    paint();
    tell('Undone', { decisionId: decision.id, inputId: decision.inputId, conceptId: decision.conceptId, value: null });
  };

  /**
   * Once the page has read what was applied, the page says it.
   * @param {string} method
   * @param {string} id
   * @param {...unknown} values
   */
  const forget = async (method, id, ...values) => {
    try {
      await page.invokeMethodAsync(method, ...values);
    } catch {
      return;
    }
    for (const [key, known] of local) {
      if (known.id === id) local.delete(key);
    }
    paint();
  };
  /** @param {import('../Inputs/UnsentNotice.razor.js').Answered} event */
  const onSent = ({ detail }) => forget('Sent', detail.entry.id);
  /** @param {import('../Inputs/UnsentNotice.razor.js').Answered} event */
  const onRefused = ({ detail }) => {
    const place = made.findIndex(decision => decision.id === detail.entry.id);
    if (place >= 0) made.splice(place, 1);
    forget('Refused', detail.entry.id, detail.reason);
  };

  /** @param {MouseEvent} event */
  const onClick = event => {
    /** @type {HTMLButtonElement | null} */
    const button = event.target.closest('[data-decide], [data-undo]');
    if (!button || button.disabled) return;
    /** @type {HTMLElement | null} */
    const row = button.closest('[data-concept]');
    if (button.dataset.undo !== undefined) undo();
    else if (row) decide(row, button);
  };

  /** @param {KeyboardEvent} event */
  const onKey = event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(typing) || document.querySelector('dialog[open]')) return;
    // Shift changes what a digit key writes, not where it is.
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    const key = digit ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    // A focused control keeps its own keys.
    if ((key === ' ' || key === 'Enter') && event.target.closest('button, a, summary, [role="button"]')) return;
    if (key.startsWith('Arrow') && event.target.closest('video')) return;
    const wanted = event.shiftKey && key !== ' ' ? `shift+${key}` : key;
    const target = [...all(`[data-key="${CSS.escape(wanted)}"]`)].find(element =>
      !element.matches(':disabled') && !element.closest('[data-settled]'));
    if (!target) return;
    event.preventDefault();
    if (!event.repeat || target.tagName === 'A') target.click();
  };

  for (const entry of queue.entries) {
    if (entry.api !== api) continue;
    for (const { inputId, conceptId, value } of entry.decisions ?? []) {
      local.set(keyOf(inputId, conceptId), { id: entry.id, value });
    }
  }
  const observer = new MutationObserver(paint);
  const attributeFilter = ['data-own', 'data-input', 'data-annotation', 'data-concept'];
  observer.observe(panel, { subtree: true, childList: true, attributes: true, attributeFilter });
  panel.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey);
  queue.addEventListener('sent', onSent);
  queue.addEventListener('refused', onRefused);
  paint();

  return {
    undo,
    dispose() {
      observer.disconnect();
      panel.removeEventListener('click', onClick);
      document.removeEventListener('keydown', onKey);
      queue.removeEventListener('sent', onSent);
      queue.removeEventListener('refused', onRefused);
    },
  };
}
