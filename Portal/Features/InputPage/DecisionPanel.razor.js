import { queueOf } from '../Inputs/UnsentNotice.razor.js';

const typing = 'input, textarea, select, [contenteditable="true"], dialog';

export function attach(panel, page, api, user) {
  const queue = queueOf(user);
  // What was decided here and is not on the page yet: input and concept → {id, value}. It shows at once, whatever the connection does.
  const local = new Map();
  const made = [];

  const tell = (method, ...values) => page.invokeMethodAsync(method, ...values).catch(() => {});
  const keyOf = (inputId, conceptId) => `${inputId}/${conceptId}`;
  const rowKey = row => keyOf(panel.dataset.input, row.dataset.concept);
  const ownOf = row => {
    const known = local.get(rowKey(row));
    if (known) return known.value;
    return row.dataset.own ? Number(row.dataset.own) : null;
  };

  const paint = () => {
    for (const row of panel.querySelectorAll('[data-own]')) {
      const own = ownOf(row);
      for (const button of row.querySelectorAll('[data-decide]')) button.setAttribute('aria-pressed', String(own === Number(button.dataset.decide)));
    }
    for (const row of panel.querySelectorAll('[data-annotation]')) {
      const known = local.get(rowKey(row));
      row.toggleAttribute('data-settled', known !== undefined && known.value !== null);
    }
  };

  const decide = (row, button) => {
    const inputId = panel.dataset.input;
    const conceptId = row.dataset.concept;
    const pressed = Number(button.dataset.decide);
    // The same button again takes an own label back.
    const value = row.dataset.own !== undefined && ownOf(row) === pressed ? null : pressed;
    const key = rowKey(row);
    const before = local.get(key);
    const labels = panel.querySelector(`[data-own][data-concept="${CSS.escape(conceptId)}"]`);
    const beforeValue = labels ? ownOf(labels) : null;
    const id = queue.decide(api, { inputId, conceptId, value, annotationId: row.dataset.annotation });
    local.set(key, { id, value });
    made.push({ id, inputId, conceptId, key, before, beforeValue });
    paint();
    tell('Decided', { decisionId: id, inputId, conceptId, value });
  };

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

  // Once the page has read what was applied, the page says it.
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
  const onSent = event => forget('Sent', event.detail.entry.id);
  const onRefused = event => {
    const place = made.findIndex(decision => decision.id === event.detail.entry.id);
    if (place >= 0) made.splice(place, 1);
    forget('Refused', event.detail.entry.id, event.detail.reason);
  };

  const onClick = event => {
    const button = event.target.closest('[data-decide], [data-undo]');
    if (!button || button.disabled) return;
    if (button.dataset.undo !== undefined) undo();
    else decide(button.closest('[data-concept]'), button);
  };

  const onKey = event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typing) || document.querySelector('dialog[open]')) return;
    // Shift changes what a digit key writes, not where it is.
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    const key = digit ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    // A focused control keeps its own keys.
    if ((key === ' ' || key === 'Enter') && event.target.closest('button, a, summary, [role="button"]')) return;
    if (key.startsWith('Arrow') && event.target.closest('video')) return;
    const wanted = event.shiftKey && key !== ' ' ? `shift+${key}` : key;
    const target = [...panel.querySelectorAll(`[data-key="${CSS.escape(wanted)}"]`)].find(element => !element.disabled && !element.closest('[data-settled]'));
    if (!target) return;
    event.preventDefault();
    if (!event.repeat || target.tagName === 'A') target.click();
  };

  for (const entry of queue.entries) {
    if (entry.api !== api) continue;
    for (const decision of entry.decisions ?? []) local.set(keyOf(decision.inputId, decision.conceptId), { id: entry.id, value: decision.value });
  }
  const observer = new MutationObserver(paint);
  observer.observe(panel, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-own', 'data-input', 'data-annotation', 'data-concept'] });
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
