const gigabytes = bytes => (bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
const invitation = 'Drop a file here, or choose one';

/** Sends one file as it is, over HTTP, and tells the page which id it got. */
export function attach(card, page, api, maxBytes) {
  let request = null;

  const send = file => {
    if (!file || request) return;
    if (file.size > maxBytes) {
      const reason = `The file has ${gigabytes(file.size)}; an import may have ${gigabytes(maxBytes)}. Split it, or import it with the command "import" on the portal's machine.`;
      page.invokeMethodAsync('ShowProblem', reason).catch(() => {});
      return;
    }
    const state = card.querySelector('[data-state]');
    const bar = card.querySelector('[data-bar]');
    request = new XMLHttpRequest();
    request.open('POST', `${api}/imports`);
    request.setRequestHeader('X-Requested-With', 'portal');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = event => {
      const share = event.total ? event.loaded / event.total : 0;
      state.textContent = `Sending ${file.name} … ${Math.round(share * 100)} %`;
      bar.firstElementChild.style.width = `${share * 100}%`;
    };
    request.onloadend = () => {
      const answer = request;
      request = null;
      bar.hidden = true;
      state.textContent = 'Reading …';
      let body = null;
      try {
        body = JSON.parse(answer.responseText);
      } catch {
        // A proxy or a dropped line answers no JSON.
      }
      if (answer.status === 200 && body?.import) {
        page.invokeMethodAsync('ShowUploadedAsync', body.import.id, file.name).catch(() => {}).finally(() => { state.textContent = invitation; });
        return;
      }
      state.textContent = invitation;
      page.invokeMethodAsync('ShowProblem', body?.status?.details ?? 'The file did not arrive. Check the connection and try again.').catch(() => {});
    };
    bar.hidden = false;
    request.send(file);
  };

  const take = input => {
    send(input.files[0]);
    input.value = '';
  };
  const onChange = event => {
    if (event.target.matches('[data-file]')) take(event.target);
  };
  const onOver = event => {
    const target = event.target.closest?.('[data-target]');
    if (!target) return;
    event.preventDefault();
    target.classList.add('over');
  };
  const onLeave = event => event.target.closest?.('[data-target]')?.classList.remove('over');
  const onDrop = event => {
    const target = event.target.closest?.('[data-target]');
    if (!target) return;
    event.preventDefault();
    target.classList.remove('over');
    send(event.dataTransfer.files[0]);
  };

  const listeners = { change: onChange, dragover: onOver, dragleave: onLeave, drop: onDrop };
  for (const [name, listener] of Object.entries(listeners)) card.addEventListener(name, listener);
  // The page stands there before its script does: a file may have been chosen in between.
  const early = card.querySelector('[data-file]');
  if (early?.files.length > 0) take(early);
  return {
    dispose() {
      for (const [name, listener] of Object.entries(listeners)) card.removeEventListener(name, listener);
      request?.abort();
    },
  };
}
