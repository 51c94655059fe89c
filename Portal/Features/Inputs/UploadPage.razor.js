const parallel = 3;
const mostShown = 2000;
const uploaders = new Map();

/** The one uploader of an app in this browser tab; it outlives the page that shows it. */
export function uploaderOf(api) {
  if (!uploaders.has(api)) uploaders.set(api, new Uploader(api));
  return uploaders.get(api);
}

const numbers = new Intl.NumberFormat();
const megabytes = bytes => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/**
 * Sends files one a request, a few at a time. An entry is {name, size, file | url, labels, state, sent, reason}, its state one of
 * waiting, sending, done, skipped (there already) and failed. Raises 'change' with the entry, or null when many changed.
 */
class Uploader extends EventTarget {
  entries = [];
  #api;
  #next = 0;
  #running = 0;
  #requests = new Set();
  #stopped = false;
  #speed = [];

  constructor(api) {
    super();
    this.#api = api;
    addEventListener('beforeunload', event => {
      if (this.isBusy) event.preventDefault();
    });
  }

  /** Ids of the concepts that what is added from now on gets a ✓ for. */
  labels = [];

  get isBusy() {
    return this.#running > 0 || (!this.#stopped && this.#next < this.entries.length);
  }

  /** Bytes a second over the last few seconds. */
  get rate() {
    if (this.#speed.length < 2) return 0;
    const [first, last] = [this.#speed[0], this.#speed.at(-1)];
    return last.time > first.time ? ((last.bytes - first.bytes) * 1000) / (last.time - first.time) : 0;
  }

  addFiles(files) {
    this.#add([...files].map(file => ({ name: file.name, size: file.size, file })));
  }

  addUrls(urls) {
    this.#add(urls.map(url => ({ name: url, size: 0, url })));
  }

  /** Files and folders that were dropped. */
  async addDropped(transfer) {
    // The list is gone once this function has waited, so everything is asked for first.
    const roots = [...transfer.items].filter(item => item.kind === 'file').map(item => item.webkitGetAsEntry?.() ?? item.getAsFile());
    const files = [];
    for (const root of roots) await collect(root, files);
    this.addFiles(files);
  }

  retry() {
    for (const entry of this.entries) {
      if (entry.state === 'failed') Object.assign(entry, { state: 'waiting', sent: 0, reason: '' });
    }
    this.#next = 0;
    this.#start();
  }

  stop() {
    this.#stopped = true;
    for (const request of this.#requests) request.abort();
    for (const entry of this.entries) {
      if (entry.state === 'waiting') Object.assign(entry, { state: 'failed', reason: 'Stopped before it was sent.' });
    }
    this.#next = this.entries.length;
    this.#changed(null);
  }

  #add(added) {
    const labels = [...this.labels];
    for (const entry of added) this.entries.push({ ...entry, labels, state: 'waiting', sent: 0, reason: '' });
    this.#start();
  }

  #start() {
    this.#stopped = false;
    this.#changed(null);
    while (this.#running < parallel && this.#takeNext()) { /* each call starts one */ }
  }

  #takeNext() {
    while (this.#next < this.entries.length && this.entries[this.#next].state !== 'waiting') this.#next++;
    const entry = this.entries[this.#next];
    if (!entry || this.#stopped) return false;
    this.#next++;
    this.#running++;
    entry.state = 'sending';
    this.#changed(entry);
    const send = entry.file ? this.#sendFile(entry) : this.#sendUrl(entry);
    send.catch(() => ({ state: 'failed', reason: 'The connection broke. Try again.' })).then(outcome => {
      Object.assign(entry, outcome);
      entry.sent = entry.state === 'failed' ? 0 : entry.size;
      this.#running--;
      this.#changed(entry);
      this.#takeNext();
    });
    return true;
  }

  #sendFile(entry) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.#requests.add(request);
      request.open('POST', `${this.#api}/inputs/upload?skip_duplicates=true`);
      request.setRequestHeader('X-Requested-With', 'portal');
      request.upload.onprogress = event => {
        entry.sent = Math.min(entry.size, event.loaded);
        this.#changed(entry);
      };
      request.onload = () => resolve(outcomeOf(request.status, request.responseText));
      request.onerror = reject;
      request.onabort = () => resolve({ state: 'failed', reason: 'Stopped.' });
      request.onloadend = () => this.#requests.delete(request);
      const form = new FormData();
      // Fields belong to the file that follows them: the picture and its labels are accepted together.
      if (entry.labels.length > 0) form.append('concepts', JSON.stringify(entry.labels));
      form.append('file', entry.file, entry.name);
      request.send(form);
    });
  }

  async #sendUrl(entry) {
    const response = await fetch(`${this.#api}/inputs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'portal' },
      body: JSON.stringify({ inputs: [{ data: { image: { url: entry.url }, concepts: entry.labels.map(id => ({ id, value: 1 })) } }] }),
    });
    return outcomeOf(response.status, await response.text());
  }

  #changed(entry) {
    const now = performance.now();
    this.#speed.push({ time: now, bytes: this.entries.reduce((sum, e) => sum + e.sent, 0) });
    while (this.#speed.length > 2 && now - this.#speed[0].time > 8000) this.#speed.shift();
    this.dispatchEvent(new CustomEvent('change', { detail: entry }));
  }
}

function outcomeOf(httpStatus, text) {
  let answer = {};
  try {
    answer = JSON.parse(text);
  } catch {
    // A proxy answered, not the portal.
  }
  const input = answer.inputs?.[0];
  const status = input?.status ?? answer.status;
  const reason = status?.details || status?.description || `The portal answered ${httpStatus}.`;
  if (status?.code === 30100) return { state: 'skipped', reason };
  const accepted = [10000, 30000, 30001, 30003].includes(status?.code);
  return httpStatus < 300 && accepted && input ? { state: 'done', reason: '' } : { state: 'failed', reason };
}

/** Gathers the files of a dropped file or folder. */
async function collect(root, files) {
  if (root === null) return;
  if (root instanceof File) files.push(root);
  else if (root.isFile) files.push(await new Promise((resolve, reject) => root.file(resolve, reject)));
  else {
    const reader = root.createReader();
    for (let batch; (batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length > 0;) {
      for (const entry of batch) await collect(entry, files);
    }
  }
}

export function attach(page, api) {
  const uploader = uploaderOf(api);
  const find = name => page.querySelector(`[data-${name}]`);
  const list = find('list');
  const rows = new Map();
  const stale = new Set();
  let frame = 0;

  const rowOf = entry => {
    let row = rows.get(entry);
    if (row) return row;
    row = document.createElement('div');
    row.className = 'file';
    row.setAttribute('role', 'listitem');
    row.append(part('span', 'sign'), part('span', 'name', entry.name), part('span', 'size', entry.size ? megabytes(entry.size) : ''), part('span', 'state'));
    row.children[1].title = entry.name;
    rows.set(entry, row);
    list.append(row);
    return row;
  };

  const words = { waiting: 'waiting', done: 'uploaded', skipped: 'there already', failed: 'failed' };
  const paintRow = entry => {
    const row = rowOf(entry);
    // What went wrong stands first.
    if (entry.state === 'failed' && row.dataset.state !== 'failed') list.prepend(row);
    row.dataset.state = entry.state;
    const state = row.children[3];
    if (entry.state === 'sending' && entry.size) {
      const bar = part('span', 'part');
      bar.append(part('span'));
      bar.firstChild.style.width = `${(100 * entry.sent) / entry.size}%`;
      state.replaceChildren(bar);
    } else {
      state.textContent = words[entry.state] ?? 'fetching';
    }
    const reason = row.querySelector('.reason');
    if (!entry.reason) reason?.remove();
    else if (reason) reason.textContent = entry.reason;
    else row.append(part('span', 'reason', entry.reason));
  };

  const paintAll = () => {
    frame = 0;
    for (const entry of stale) paintRow(entry);
    stale.clear();
    const entries = uploader.entries;
    const count = state => entries.filter(entry => entry.state === state).length;
    const [done, skipped, failed] = [count('done'), count('skipped'), count('failed')];
    const settled = done + skipped + failed;
    const total = entries.reduce((sum, entry) => sum + entry.size, 0);
    const sent = entries.reduce((sum, entry) => sum + (entry.state === 'failed' ? entry.size : entry.sent), 0);
    const share = total > 0 ? sent / total : settled / Math.max(1, entries.length);
    find('overall').hidden = entries.length === 0;
    find('headline').textContent = uploader.isBusy
      ? `Uploading ${numbers.format(Math.min(settled + 1, entries.length))} of ${numbers.format(entries.length)}`
      : `${numbers.format(done)} uploaded`;
    const notes = [];
    if (uploader.isBusy && uploader.rate > 0) notes.push(`${megabytes(uploader.rate)} a second`, `about ${timeLeft((total - sent) / uploader.rate)} left`);
    if (skipped) notes.push(`${numbers.format(skipped)} there already`);
    if (failed) notes.push(`${numbers.format(failed)} failed`);
    find('detail').textContent = notes.join(' · ');
    const bar = find('bar');
    bar.setAttribute('aria-valuenow', Math.round(share * 100));
    bar.firstElementChild.style.width = `${share * 100}%`;
    find('retry').hidden = failed === 0 || uploader.isBusy;
    find('cancel').hidden = !uploader.isBusy;
    const more = find('more');
    more.hidden = entries.length <= mostShown;
    more.textContent = `and ${numbers.format(entries.length - mostShown)} more`;
  };

  const onChange = event => {
    // Past the first rows only what went wrong gets one, so that a huge upload stays light.
    const changed = event.detail ? [event.detail] : uploader.entries;
    for (const entry of changed) {
      if (rows.has(entry) || rows.size + stale.size < mostShown || entry.state === 'failed') stale.add(entry);
    }
    frame ||= requestAnimationFrame(paintAll);
  };

  const take = input => {
    uploader.addFiles(input.files);
    input.value = '';
  };
  const onPick = event => {
    if (event.target.dataset.pick !== undefined) take(event.target);
  };
  const boxes = () => [...page.querySelectorAll('[data-label]:checked')].map(box => box.dataset.label);
  const onLabels = event => {
    if (event.target.dataset.label !== undefined) uploader.labels = boxes();
  };
  const onClick = event => {
    if (event.target.closest('[data-retry]')) uploader.retry();
    if (event.target.closest('[data-cancel]')) uploader.stop();
    if (event.target.closest('[data-fetch]')) {
      const urls = find('urls').value.split('\n').map(line => line.trim()).filter(line => line.length > 0);
      find('urls').value = '';
      if (urls.length > 0) uploader.addUrls(urls);
    }
  };

  // The page stands there before its script does: what was chosen in between counts.
  uploader.labels = boxes();
  page.addEventListener('change', onPick);
  page.addEventListener('change', onLabels);
  page.addEventListener('click', onClick);
  uploader.addEventListener('change', onChange);
  onChange({ detail: null });
  for (const input of page.querySelectorAll('[data-pick]')) if (input.files.length > 0) take(input);

  return {
    dispose() {
      cancelAnimationFrame(frame);
      page.removeEventListener('change', onPick);
      page.removeEventListener('change', onLabels);
      page.removeEventListener('click', onClick);
      uploader.removeEventListener('change', onChange);
    },
  };
}

function part(tag, className = '', text = '') {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

function timeLeft(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}
