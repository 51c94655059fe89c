// @ts-check
const fields = 'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]';

/** @type {DotNetReference} */
let portal;

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.(fields) || document.querySelector('dialog[open]')) return;
  if (event.key === '/') {
    const search = document.getElementById('search');
    if (!(search instanceof HTMLInputElement)) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === '?') {
    event.preventDefault();
    portal.invokeMethodAsync('ShowKeysAsync');
  }
}

/**
 * A menu closes once something in it was chosen; controls that stay, such as the theme's, are no links and no items.
 * @param {MouseEvent} event
 */
function onClick(event) {
  /** @type {HTMLElement | null | undefined} */
  const menu = event.target.closest?.('[popover] :is(a, button.item)')?.closest('[popover]');
  menu?.hidePopover();
}

/**
 * Starts listening; answers what the browser knows of its reader.
 * @param {DotNetReference} reference
 */
export function start(reference) {
  portal = reference;
  addEventListener('keydown', onKey);
  addEventListener('click', onClick);
  return {
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC',
    theme: localStorage.getItem('theme') ?? 'system',
  };
}

export function stop() {
  removeEventListener('keydown', onKey);
  removeEventListener('click', onClick);
}

/** @param {'light'|'dark'|'system'} theme */
export function setTheme(theme) {
  localStorage.setItem('theme', theme);
  document.dispatchEvent(new Event('portal:theme'));
}
