// @ts-check
import { queueOf } from '/js/upload-queue.js';
import { drop, paste } from './UploadPage.razor.js';

/**
 * Takes what is dropped or pasted anywhere in the page.
 * @param {HTMLElement} zone
 * @param {DotNetReference} page
 * @param {string} api address of the app in the REST API
 * @param {import('/js/upload-queue.js').Limits} limits
 */
export function attach(zone, page, api, limits) {
  // What is dropped here is looked at before the Upload page is there.
  queueOf(api, limits);
  let depth = 0;
  /** @param {DragEvent} event */
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  const fields = 'input:not([type=checkbox], [type=radio], [type=file]), textarea, [contenteditable]';
  /** @param {boolean} visible */
  const show = visible => { zone.hidden = !visible; };
  const showUploads = () => page.invokeMethodAsync('ShowUploads').catch(() => {});

  /** @param {DragEvent} event */
  const onEnter = event => {
    if (!hasFiles(event)) return;
    depth++;
    show(true);
  };
  /** @param {DragEvent} event */
  const onLeave = event => {
    if (hasFiles(event) && --depth <= 0) show(false);
  };
  /** @param {DragEvent} event */
  const onOver = event => {
    if (hasFiles(event)) event.preventDefault();
  };
  /** @param {DragEvent} event */
  const onDrop = event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    if (event.dataTransfer) drop(api, event.dataTransfer);
    showUploads();
  };
  /** @param {ClipboardEvent} event */
  const onPaste = event => {
    const files = event.clipboardData?.files;
    if (!files || files.length === 0 || event.target.closest?.(fields)) return;
    event.preventDefault();
    paste(api, files);
    showUploads();
  };

  const listeners = new AbortController();
  const { signal } = listeners;
  document.addEventListener('dragenter', onEnter, { signal });
  document.addEventListener('dragleave', onLeave, { signal });
  document.addEventListener('dragover', onOver, { signal });
  document.addEventListener('drop', onDrop, { signal });
  document.addEventListener('paste', onPaste, { signal });
  return { dispose: () => listeners.abort() };
}
