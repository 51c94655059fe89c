// @ts-check
/** @param {number} bytes */
const gigabytes = bytes => (bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
const invitation = 'Drop a file here, or choose one';

/**
 * Sends one file as it is, over HTTP, and tells the page which id it got.
 * @param {HTMLElement} card
 * @param {DotNetReference} page
 * @param {string} api address of the app in the REST API
 * @param {number} maxBytes
 */
export function attach(card, page, api, maxBytes) {
  /** @type {XMLHttpRequest | null} */
  let sending = null;

  /** @param {File | undefined} file */
  const send = file => {
    if (!file || sending) return;
    if (file.size > maxBytes) {
      const reason = `The file has ${gigabytes(file.size)}; an import may have ${gigabytes(maxBytes)}. `
        + 'Split it, or import it with the command "import" on the portal\'s machine.';
      page.invokeMethodAsync('ShowProblem', reason).catch(() => {});
      return;
    }
    const state = /** @type {HTMLElement} */ (card.querySelector('[data-state]'));
    const bar = /** @type {HTMLElement} */ (card.querySelector('[data-bar]'));
    const filled = /** @type {HTMLElement} */ (bar.firstElementChild);
    const request = sending = new XMLHttpRequest();
    request.open('POST', `${api}/imports`);
    request.setRequestHeader('X-Requested-With', 'portal');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = event => {
      const share = event.total ? event.loaded / event.total : 0;
      state.textContent = `Sending ${file.name} … ${Math.round(share * 100)} %`;
      filled.style.width = `${share * 100}%`;
    };
    request.onloadend = () => {
      sending = null;
      bar.hidden = true;
      state.textContent = 'Reading …';
      let body = null;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // A proxy or a dropped line answers no JSON.
      }
      if (request.status === 200 && body?.import) {
        page.invokeMethodAsync('ShowUploadedAsync', body.import.id, file.name).catch(() => {})
          .finally(() => { state.textContent = invitation; });
        return;
      }
      state.textContent = invitation;
      const problem = body?.status?.details ?? 'The file did not arrive. Check the connection and try again.';
      page.invokeMethodAsync('ShowProblem', problem).catch(() => {});
    };
    bar.hidden = false;
    request.send(file);
  };

  /** @param {HTMLInputElement} input */
  const take = input => {
    send(input.files?.[0]);
    input.value = '';
  };
  /** @param {Event} event */
  const onChange = event => {
    if (event.target instanceof HTMLInputElement && event.target.matches('[data-file]')) take(event.target);
  };
  /** @param {DragEvent} event */
  const onOver = event => {
    const target = event.target.closest?.('[data-target]');
    if (!target) return;
    event.preventDefault();
    target.classList.add('over');
  };
  /** @param {DragEvent} event */
  const onLeave = event => event.target.closest?.('[data-target]')?.classList.remove('over');
  /** @param {DragEvent} event */
  const onDrop = event => {
    const target = event.target.closest?.('[data-target]');
    if (!target) return;
    event.preventDefault();
    target.classList.remove('over');
    send(event.dataTransfer?.files[0]);
  };

  const listeners = new AbortController();
  const { signal } = listeners;
  card.addEventListener('change', onChange, { signal });
  card.addEventListener('dragover', onOver, { signal });
  card.addEventListener('dragleave', onLeave, { signal });
  card.addEventListener('drop', onDrop, { signal });
  // The page stands there before its script does: a file may have been chosen in between.
  /** @type {HTMLInputElement | null} */
  const early = card.querySelector('[data-file]');
  if (early?.files && early.files.length > 0) take(early);
  return {
    dispose() {
      listeners.abort();
      sending?.abort();
    },
  };
}
