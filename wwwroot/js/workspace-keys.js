// @ts-check
const typing =
  'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable="true"], dialog, [popover]';
const ownKeys = 'button:not(.tile), a, summary, label, [role="button"]';
const repeated = ['next', 'previous', 'up', 'down'];

/**
 * Listens to the workspace's keys and to the concepts'.
 * @param {Pick<import('/Features/Review/LabelingWorkspace.razor.js').Frame, 'keys' | 'concepts'>} frame
 * @param {import('/Features/Review/LabelingWorkspace.razor.js').Actions} actions
 * @param {(conceptId: string, value: 0 | 1) => void} label
 * @returns {() => void} stops listening
 */
export function listen(frame, actions, label) {
  /** @param {KeyboardEvent} event */
  const onKey = event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(typing) || document.querySelector('dialog[open]')) return;
    // Shift changes what a digit key writes, not where it is.
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    const key = digit ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    // A focused control keeps its own keys; a tile's are the workspace's.
    if ((key === ' ' || key === 'Enter') && event.target.closest?.(ownKeys)) return;
    const wanted = event.shiftKey && key !== ' ' ? `shift+${key}` : key;
    const action = frame.keys.find(entry => entry.key === wanted)?.action;
    const concept = action ? undefined : frame.concepts.find(entry => entry.hotkey === key);
    if (!action && !concept) return;
    event.preventDefault();
    if (event.repeat && !(action && repeated.includes(action))) return;
    if (action) actions[action]();
    else if (concept) label(concept.id, event.shiftKey ? 0 : 1);
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
