import { queueOf } from '/js/upload-queue.js';
import { drop, paste } from './UploadPage.razor.js';

export function attach(zone, page, api, limits) {
  // What is dropped here is looked at before the Upload page is there.
  queueOf(api, limits);
  let depth = 0;
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  const isTyping = target => target.closest?.('input:not([type=checkbox], [type=radio], [type=file]), textarea, [contenteditable]');
  const show = visible => { zone.hidden = !visible; };
  const showUploads = () => page.invokeMethodAsync('ShowUploads').catch(() => {});

  const onEnter = event => {
    if (!hasFiles(event)) return;
    depth++;
    show(true);
  };
  const onLeave = event => {
    if (hasFiles(event) && --depth <= 0) show(false);
  };
  const onOver = event => {
    if (hasFiles(event)) event.preventDefault();
  };
  const onDrop = event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    drop(api, event.dataTransfer);
    showUploads();
  };
  const onPaste = event => {
    const { files } = event.clipboardData;
    if (files.length === 0 || isTyping(event.target)) return;
    event.preventDefault();
    paste(api, files);
    showUploads();
  };

  const listeners = { dragenter: onEnter, dragleave: onLeave, dragover: onOver, drop: onDrop, paste: onPaste };
  for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener);
  return {
    dispose() {
      for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener);
    },
  };
}
