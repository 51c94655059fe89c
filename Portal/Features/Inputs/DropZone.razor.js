import { uploaderOf } from './UploadPage.razor.js';

export function attach(zone, page, api) {
  let depth = 0;
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  const show = visible => { zone.hidden = !visible; };

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
  const onDrop = async event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    await uploaderOf(api).addDropped(event.dataTransfer);
    page.invokeMethodAsync('ShowUploads').catch(() => {});
  };

  const listeners = { dragenter: onEnter, dragleave: onLeave, dragover: onOver, drop: onDrop };
  for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener);
  return {
    dispose() {
      for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener);
    },
  };
}
