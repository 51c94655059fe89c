// @ts-check
/**
 * Opens the dialog and puts the focus on its first field, or where `autofocus` says.
 * @param {HTMLDialogElement} dialog
 */
export function show(dialog) {
  dialog.showModal();
  /** @type {HTMLElement | null} */
  const chosen = dialog.querySelector('[autofocus]');
  /** @type {HTMLElement | null} */
  const first = dialog.querySelector('.body :is(input, textarea, select, button)');
  (chosen ?? first)?.focus();
}

/** @param {HTMLDialogElement} dialog */
export function close(dialog) {
  dialog.close();
}
