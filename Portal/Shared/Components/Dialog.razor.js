/** Opens the dialog and puts the focus on its first field, or where `autofocus` says. */
export function show(dialog) {
  dialog.showModal();
  (dialog.querySelector('[autofocus]') ?? dialog.querySelector('.body :is(input, textarea, select, button)'))?.focus();
}

export function close(dialog) {
  dialog.close();
}
