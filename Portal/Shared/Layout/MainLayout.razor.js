let portal;

const isTyping = target => target.closest?.('input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]');

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
  if (event.key === '/') {
    const search = document.getElementById('search');
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === '?') {
    event.preventDefault();
    portal.invokeMethodAsync('ShowKeysAsync');
  }
}

// A menu closes once something in it was chosen; controls that stay, such as the theme's, are no links and no items.
function onClick(event) {
  event.target.closest?.('[popover] :is(a, button.item)')?.closest('[popover]').hidePopover();
}

/** Starts listening; answers what the browser knows of its reader. */
export function start(reference) {
  portal = reference;
  addEventListener('keydown', onKey);
  addEventListener('click', onClick);
  return { zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC', theme: localStorage.getItem('theme') ?? 'system' };
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
