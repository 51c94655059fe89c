// @ts-check
import { picked, rootsOf, walk } from '/js/upload-files.js';
import { conceptsOf, foldersOf } from '/js/upload-folders.js';
import { UploadList } from '/js/upload-list.js';
import { megabytes, queueOf } from '/js/upload-queue.js';

const numbers = new Intl.NumberFormat();

/**
 * @param {number} number
 * @param {string} noun
 */
const count = (number, noun) => `${numbers.format(number)} ${noun}${number === 1 ? '' : 's'}`;

/**
 * Takes what was dropped; to be called at once, the list of a drop is empty later.
 * @param {string} api address of the app in the REST API
 * @param {DataTransfer} transfer
 */
export const drop = (api, transfer) => queueOf(api).addAll(walk(rootsOf(transfer)));

/**
 * Takes pictures from the clipboard.
 * @param {string} api
 * @param {FileList} files
 */
export const paste = (api, files) => queueOf(api).add(picked(files));

/**
 * @param {HTMLElement} page
 * @param {string} api address of the app in the REST API
 * @param {import('/js/upload-queue.js').Limits} limits
 * @param {DotNetReference} owner
 */
export function attach(page, api, limits, owner) {
  const queue = queueOf(api, limits);
  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  const find = name => {
    /** @type {HTMLElement | null} */
    const found = page.querySelector(`[data-${name}]`);
    if (!found) throw new Error(`The upload page has no part '${name}'.`);
    return found;
  };
  /**
   * @param {string} selector
   * @returns {HTMLInputElement[]}
   */
  const inputs = selector => [...page.querySelectorAll(selector)].filter(found => found instanceof HTMLInputElement);
  const list = new UploadList(find('list'), queue);
  let frame = 0;
  /** @type {import('/js/upload-folders.js').Folder[]} */
  let folders = [];
  let shownStaged = -1;

  /**
   * @param {string} name
   * @param {string} text
   */
  const say = (name, text) => {
    find(name).hidden = text === '';
    if (find(`${name}-text`).textContent !== text) find(`${name}-text`).textContent = text;
  };

  const paint = () => {
    frame = 0;
    const { done, skipped, refused, total, waiting, sending } = queue;
    const { interrupted } = queue;
    say('interrupted', queue.isElsewhere ? 'Another tab is uploading to this app.'
      : interrupted.total === 0 ? '' : interruptedText(interrupted, total > 0));
    find('forget-old').hidden = queue.isElsewhere;
    const seconds = Math.max(1, Math.round((queue.nextTry - Date.now()) / 1000));
    const away = queue.awayReason || 'The portal does not answer.';
    say('away', queue.isSignedOut ? 'You are signed out. Sign in again in another tab, then go on here.'
      : queue.nextTry > 0 ? `${away} The upload waits and goes on by itself; next try in ${seconds} s.` : '');
    find('overall').hidden = total === 0;
    const settled = done + skipped + refused.length;
    find('headline').textContent = settled === total && !queue.isReading
      ? (refused.length === total
        ? `${numbers.format(total)} refused in the last upload` : `${numbers.format(done)} uploaded`)
      : `${numbers.format(settled)} of ${numbers.format(total)}${queue.isReading ? ' so far' : ''}`;
    const notes = [];
    if (queue.isReading) notes.push('reading the folder');
    if (queue.isPaused && waiting > 0) notes.push('paused');
    if (sending.size > 0 && queue.rate > 0) notes.push(`${megabytes(queue.rate)} a second`);
    if (sending.size > 0 && !queue.isReading && Number.isFinite(queue.secondsLeft)) {
      notes.push(`about ${timeLeft(queue.secondsLeft)} left`);
    }
    if (skipped) notes.push(`${numbers.format(skipped)} here already`);
    if (refused.length && refused.length < total) notes.push(`${numbers.format(refused.length)} refused`);
    if (queue.leftOut) notes.push(`${count(queue.leftOut, 'system file')} left out`);
    find('detail').textContent = notes.join(' · ');
    const percent = Math.floor(queue.share * 100);
    const bar = find('bar');
    bar.setAttribute('aria-valuenow', String(percent));
    if (bar.firstElementChild instanceof HTMLElement) bar.firstElementChild.style.width = `${percent}%`;
    find('retry').hidden = !refused.some(entry => entry.file) || queue.isBusy;
    find('again').hidden = refused.length === 0 || refused.some(entry => entry.file);
    find('pause').hidden = waiting + sending.size === 0;
    find('pause').textContent = queue.isPaused ? 'Go on' : 'Pause';
    find('forget').hidden = waiting === 0;
    find('clear').hidden = waiting + sending.size > 0 || queue.isReading > 0;
    list.paint();
    paintStaged();
  };

  const paintStaged = async () => {
    find('staged').hidden = queue.staged.length === 0 || queue.isReading > 0;
    if (queue.isReading || queue.staged.length === shownStaged) return;
    shownStaged = queue.staged.length;
    if (shownStaged === 0) return;
    try {
      folders = await foldersOf(api, queue.staged);
      find('staged-problem').textContent = '';
    } catch (error) {
      find('staged-problem').textContent = messageOf(error);
      return;
    }
    find('staged-rows').replaceChildren(...folders.map(rowOf));
    countStaged();
  };

  const countStaged = () => {
    const wanted = folders.filter(folder => isWanted(folder.name));
    const fresh = wanted.filter(folder => !folder.concept).length;
    const verb = fresh > 0 ? `Make ${count(fresh, 'concept')} and upload` : 'Upload';
    find('staged-go').textContent = `${verb} ${count(queue.staged.length, 'file')}`;
  };
  /** @param {string} name */
  const isWanted = name => inputs('[data-folder]').some(box => box.dataset.folder === name && box.checked);

  const release = async () => {
    const button = find('staged-go');
    button.toggleAttribute('disabled', true);
    try {
      await queue.release(await conceptsOf(api, folders, isWanted));
      find('staged-problem').textContent = '';
    } catch (error) {
      find('staged-problem').textContent = messageOf(error);
    } finally {
      button.toggleAttribute('disabled', false);
    }
  };

  const schedule = () => { frame ||= requestAnimationFrame(paint); };
  /** @param {HTMLInputElement} input */
  const take = input => {
    if (input.files) queue.add(picked(input.files));
    input.value = '';
  };
  const settings = () => {
    /** @type {HTMLSelectElement | null} */
    const frames = page.querySelector('[data-frames]');
    queue.labels = inputs('[data-label]:checked').flatMap(box => box.dataset.label ?? []);
    queue.foldersAreConcepts = inputs('[data-folders]').some(box => box.checked);
    queue.skipDuplicates = !inputs('[data-duplicates]').some(box => box.checked);
    queue.frames = frames?.value ?? '';
  };
  /** @param {Event} event */
  const onChange = event => {
    const { target } = event;
    if (target instanceof HTMLInputElement && target.dataset.pick !== undefined) take(target);
    else if (target instanceof HTMLElement && target.dataset.folder !== undefined) countStaged();
    else settings();
  };
  /** @type {Record<string, () => void>} */
  const actions = {
    retry: () => queue.retry(),
    pause: () => (queue.isPaused ? queue.resume() : queue.pause()),
    forget: () => queue.forgetRest(),
    'forget-old': () => queue.forgetRest(),
    clear: () => queue.clear(),
    now: () => queue.resume(),
    'staged-go': release,
    'staged-drop': () => queue.discardStaged(),
    fetch: () => {
      /** @type {HTMLTextAreaElement | null} */
      const urls = page.querySelector('[data-urls]');
      if (urls) fetchList(urls.value);
    },
  };
  /** @param {MouseEvent} event */
  const onClick = event => {
    for (const [name, action] of Object.entries(actions)) if (event.target.closest(`[data-${name}]`)) action();
  };

  /**
   * A long list would be too much for the circuit.
   * @param {string} text
   */
  const fetchList = async text => {
    if (text.trim() === '') return;
    find('fetch').toggleAttribute('disabled', true);
    find('fetch-problem').textContent = '';
    try {
      const response = await fetch(`${api}/imports`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/octet-stream', 'X-Requested-With': 'portal' },
        body: text,
      });
      const answer = await response.json().catch(() => ({}));
      if (!answer.import) throw new Error(answer.status?.details ?? 'The list did not arrive. Try again.');
      await owner.invokeMethodAsync('ShowList', answer.import.id);
    } catch (error) {
      find('fetch-problem').textContent = messageOf(error);
    } finally {
      find('fetch').toggleAttribute('disabled', false);
    }
  };

  // The page stands there before its script does: what was chosen in between counts.
  settings();
  page.addEventListener('change', onChange);
  page.addEventListener('click', onClick);
  find('list').addEventListener('scroll', schedule);
  queue.addEventListener('change', schedule);
  for (const input of inputs('[data-pick]')) if (input.files && input.files.length > 0) take(input);
  const clock = setInterval(schedule, 1000);
  paint();

  return {
    dispose() {
      clearInterval(clock);
      cancelAnimationFrame(frame);
      page.removeEventListener('change', onChange);
      page.removeEventListener('click', onClick);
      queue.removeEventListener('change', schedule);
    },
  };
}

/**
 * What went wrong, in words that were made for people.
 * @param {unknown} error
 */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {import('/js/upload-queue.js').UploadQueue['interrupted']} upload
 * @param {boolean} isChosen whether some of it has been chosen again
 */
function interruptedText({ total, arrived, refused, rest }, isChosen) {
  if (isChosen) {
    return `${numbers.format(rest)} of the files from before were not chosen again. `
      + 'Choose their folder, and they go on too.';
  }
  const gone = refused > 0 ? `, ${numbers.format(refused)} were refused` : '';
  return `The last upload was broken off: ${numbers.format(arrived)} of ${numbers.format(total)} arrived${gone}. `
    + 'Choose the same folder or files again, and the rest goes on. Nothing is sent twice.';
}

/** @param {import('/js/upload-folders.js').Folder} folder */
function rowOf({ name, count: files, concept }) {
  const row = document.createElement('tr');
  const label = document.createElement('label');
  const box = document.createElement('input');
  Object.assign(box, { type: 'checkbox', checked: true });
  box.dataset.folder = name;
  label.className = 'check';
  const shown = { className: 'ellipsis', textContent: name, title: name };
  label.append(box, Object.assign(document.createElement('span'), shown));
  const cells = [document.createElement('td'), document.createElement('td'), document.createElement('td')];
  cells[0].append(label);
  cells[1].className = 'number';
  cells[1].textContent = numbers.format(files);
  cells[2].textContent = concept ? concept.name : 'new concept';
  if (!concept) cells[2].className = 'muted';
  row.append(...cells);
  return row;
}

/** @param {number} seconds */
function timeLeft(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}
