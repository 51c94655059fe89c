// @ts-check
import { folderOf, isVideo, isJunk } from './upload-files.js';
import { forget, recall, remember } from './upload-memory.js';
import { AwayError, send, SignedOutError } from './upload-send.js';

const parallel = 3;
const saveEvery = 1000;
const rateOver = 8000;
const longestPause = 30_000;
const beatEvery = 2000;
// What a request costs beside its bytes, as bytes: many small files take their time too.
const perFile = 40_000;

/**
 * A file of the upload.
 * @typedef {object} Entry
 * @property {string} key names the file as long as it is not changed
 * @property {string} id of the input it becomes
 * @property {File | null} file null for one that has arrived, or was chosen before the page was loaded
 * @property {string} name
 * @property {string} path
 * @property {number} size
 * @property {string[]} labels
 * @property {State} state
 * @property {number} sent bytes
 * @property {string} reason
 * @property {number} faults how often the portal failed at it
 *
 * @typedef {'waiting' | 'sending' | 'done' | 'skipped' | 'refused'} State
 * @typedef {Entry & {file: File}} Sendable
 * @typedef {{file: File, path: string}} Found
 * @typedef {Found & {key: string}} Keyed
 * @typedef {{state: 'done' | 'skipped' | 'refused', reason: string}} Outcome
 * @typedef {import('./upload-memory.js').Record} Record
 *
 * What the portal takes, as it is now.
 * @typedef {object} Limits
 * @property {number} maxBytes
 * @property {number} maxVideoBytes
 * @property {string | null} videoProblem why no video can come in
 */

/** @type {Map<string, UploadQueue>} */
const queues = new Map();

/**
 * The one upload queue of an app in this browser tab; it outlives the page that shows it, and the circuit.
 * @param {string} api address of the app in the REST API
 * @param {Limits} [limits]
 */
export function queueOf(api, limits) {
  let queue = queues.get(api);
  if (!queue) queues.set(api, queue = new UploadQueue(api));
  return Object.assign(queue, limits);
}

// crypto.randomUUID is missing where the portal is reached over plain HTTP from another machine.
const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');

/**
 * Sends files, a few at a time, until each has arrived, is there already or is refused. While the portal is away it
 * waits. Raises 'change'.
 */
export class UploadQueue extends EventTarget {
  /** Ids of the concepts that what is added from now on gets a ✓ for. @type {string[]} */
  labels = [];
  skipDuplicates = true;
  /** What is added from now on waits, by folder, until somebody says which concepts the folders are. */
  foldersAreConcepts = false;
  /** Largest file in bytes; what is larger is refused here. */
  maxBytes = Infinity;
  maxVideoBytes = Infinity;
  /** Why no video can come in, or null. @type {string | null} */
  videoProblem = null;
  /** Which frames to take of videos: seconds between two, or 'scenes'. */
  frames = '';
  /** @type {Keyed[]} */
  staged = [];

  /** @type {Entry[]} */
  refused = [];
  /** @type {Set<Sendable>} */
  sending = new Set();
  done = 0;
  skipped = 0;
  total = 0;
  leftOut = 0;
  isPaused = false;
  isSignedOut = false;
  isReading = 0;
  /** When the portal, which is away, is asked again. */
  nextTry = 0;
  /** Why it takes nothing just now, where it said so. */
  awayReason = '';
  /** Another tab is at it. */
  isElsewhere = false;

  #api;
  /** @type {Entry[]} */
  #settled = [];
  /** @type {Sendable[]} */
  #waiting = [];
  #head = 0;
  /** Of the files that are staged, waiting or on their way. @type {Set<string>} */
  #keys = new Set();
  /** What is left of an upload that was broken off, by key. @type {Map<string, Record>} */
  #remembered = new Map();
  /** @type {Set<Entry>} */
  #unsaved = new Set();
  #attempts = 0;
  #abort = new AbortController();
  #bytes = { all: 0, settled: 0 };
  /** @type {{time: number, work: number, bytes: number}[]} */
  #speed = [];
  /** @type {{save?: number, wait?: number, beat?: number}} */
  #timers = {};

  /** @param {string} api */
  constructor(api) {
    super();
    this.#api = api;
    addEventListener('beforeunload', event => {
      if (this.isBusy) event.preventDefault();
    });
    addEventListener('online', () => this.#wake());
    addEventListener('pagehide', () => {
      if (this.#timers.beat) localStorage.removeItem(this.#beatKey);
    });
    this.ready = this.#recall();
  }

  get isBusy() {
    return this.sending.size > 0 || this.isReading > 0 || (this.waiting > 0 && !this.isPaused && !this.isSignedOut);
  }

  get waiting() {
    return this.#waiting.length - this.#head;
  }

  /** Files of an upload that was broken off, as they were left. */
  get interrupted() {
    const counts = { total: this.#remembered.size, arrived: 0, refused: 0, rest: 0 };
    for (const { state } of this.#remembered.values()) {
      counts[state === 'waiting' ? 'rest' : state === 'refused' ? 'refused' : 'arrived']++;
    }
    return counts;
  }

  get share() {
    if (this.total === 0) return 0;
    return (this.#bytes.settled + this.#sentNow()) / Math.max(1, this.#bytes.all);
  }

  /** Bytes a second over the last few seconds, without what a request costs beside them. */
  get rate() {
    return this.#pace('bytes');
  }

  get secondsLeft() {
    const work = this.#pace('work');
    return work > 0 ? (this.#bytes.all - this.#bytes.settled - this.#sentNow()) / work : Infinity;
  }

  /**
   * Rows as they are worth looking at: refused, on the way, arrived (the latest first), waiting.
   * @param {number} index
   * @returns {Entry}
   */
  row(index) {
    for (const part of [this.refused, [...this.sending]]) {
      if (index < part.length) return part[index];
      index -= part.length;
    }
    const arrived = this.#settled.length;
    return index < arrived ? this.#settled[arrived - 1 - index] : this.#waiting[this.#head + index - arrived];
  }

  /**
   * Adds what an asynchronous walk finds, while it finds it.
   * @param {AsyncIterable<Found[]>} batches
   */
  async addAll(batches) {
    this.isReading++;
    this.#changed();
    try {
      for await (const batch of batches) await this.add(batch);
    } finally {
      this.isReading--;
      this.#settle();
    }
  }

  /** @param {Found[]} found */
  async add(found) {
    await this.ready;
    /** @type {Keyed[]} */
    const fresh = [];
    for (const { file, path } of found) {
      const key = `${path}\n${file.size}\n${file.lastModified}`;
      if (isJunk(path)) this.leftOut++;
      else if (!this.#keys.has(key)) fresh.push({ file, path, key });
    }
    const known = fresh.filter(item => this.#remembered.has(item.key));
    const others = fresh.filter(item => !this.#remembered.has(item.key));
    this.#resume(known);
    if (this.foldersAreConcepts) {
      const inFolders = others.filter(item => folderOf(item.path) !== null);
      for (const { key } of inFolders) this.#keys.add(key);
      this.staged.push(...inFolders);
      await this.#take(others.filter(item => folderOf(item.path) === null), () => this.labels);
    } else {
      await this.#take(others, () => this.labels);
    }
    this.#changed();
  }

  /**
   * Sends what waited for its concepts.
   * @param {Map<string | null, string | null>} concepts id by folder name; null gives no label
   */
  async release(concepts) {
    const staged = this.staged;
    this.staged = [];
    await this.#take(staged, path => {
      const concept = concepts.get(folderOf(path));
      return [...new Set([...this.labels, ...concept ? [concept] : []])];
    });
  }

  discardStaged() {
    this.#unstage();
    this.#settle();
  }

  retry() {
    const again = this.refused.filter(isSendable);
    this.refused = this.refused.filter(entry => !isSendable(entry));
    for (const entry of again) {
      Object.assign(entry, { state: 'waiting', reason: '', sent: 0, faults: 0 });
      // A video is refused for its labels; its reason says to send it without.
      if (isVideo(entry.file)) entry.labels = [];
      this.#bytes.settled -= entry.size + perFile;
      this.#keys.add(entry.key);
      this.#waiting.push(entry);
      this.#unsaved.add(entry);
    }
    this.#pump();
  }

  pause() {
    this.isPaused = true;
    this.#changed();
  }

  resume() {
    this.isPaused = this.isSignedOut = false;
    this.#wake();
  }

  /** Drops what has not been sent, here and in the browser's memory. */
  async forgetRest() {
    this.#abort.abort(new DOMException('Forgotten', 'AbortError'));
    this.#abort = new AbortController();
    const rest = [...this.#waiting.slice(this.#head), ...this.sending];
    for (const entry of rest) this.#drop(entry);
    const keys = [...rest.map(({ key }) => key), ...this.#remembered.keys()];
    this.sending.clear();
    this.#waiting = [];
    this.#head = 0;
    this.#remembered.clear();
    this.#unstage();
    this.isPaused = false;
    await forget(this.#api, keys);
    this.#settle();
  }

  /** Empties the list once all is over. */
  clear() {
    const keys = [...this.refused, ...this.#settled].map(({ key }) => key);
    this.refused = [];
    this.#settled = [];
    this.done = this.skipped = this.total = this.leftOut = 0;
    this.#bytes = { all: 0, settled: 0 };
    this.#speed = [];
    this.#changed();
    return this.#remembered.size === 0 ? forget(this.#api, keys) : undefined;
  }

  async #recall() {
    const beat = Number(localStorage.getItem(this.#beatKey) ?? 0);
    // What this tab has taken meanwhile is its own, and the sign of an upload may be too.
    this.isElsewhere = this.total === 0 && Date.now() - beat < 3 * beatEvery;
    if (this.total > 0) return;
    const records = this.isElsewhere ? [] : await recall(this.#api);
    if (this.isElsewhere) {
      setTimeout(() => { this.ready = this.#recall(); }, beatEvery);
    } else if (records.some(record => record.state === 'waiting')) {
      this.#remembered = new Map(records.map(record => [record.key, record]));
    } else {
      for (const record of records) this.#restore(record, null);
    }
    this.#changed();
  }

  /**
   * Files of a broken-off upload that were chosen again: what arrived counts as arrived, the rest goes on under its old
   * ids.
   * @param {Keyed[]} items
   */
  #resume(items) {
    for (const { key, file } of items) {
      const record = this.#remembered.get(key);
      this.#remembered.delete(key);
      if (record) this.#restore(record, file);
    }
    this.#pump();
  }

  /**
   * @param {Record} record
   * @param {File | null} file
   */
  #restore(record, file) {
    const [path] = record.key.split('\n');
    /** @type {Entry} */
    const entry = { ...record, file, path, name: path.split('/').at(-1) ?? path, sent: 0, faults: 0 };
    this.total++;
    this.#bytes.all += entry.size + perFile;
    if (entry.state === 'waiting' && isSendable(entry)) {
      this.#keys.add(entry.key);
      this.#waiting.push(entry);
    } else {
      this.#bytes.settled += entry.size + perFile;
      this.#file(entry);
    }
  }

  /**
   * @param {Keyed[]} items
   * @param {(path: string) => string[]} labelsOf
   */
  async #take(items, labelsOf) {
    /** @type {Sendable[]} */
    const entries = items.map(({ file, path, key }) => ({
      key, file, path, name: file.name, size: file.size, id: newId(), labels: labelsOf(path), state: 'waiting', sent: 0,
      reason: '', faults: 0,
    }));
    const keys = new Set(entries.map(({ key }) => key));
    for (const key of keys) this.#keys.add(key);
    // A refusal from before the page was loaded makes room for the same file chosen again.
    /** @param {Entry} entry */
    const isStale = entry => !entry.file && keys.has(entry.key);
    for (const stale of this.refused.filter(isStale)) {
      this.total--;
      this.#bytes.all -= stale.size + perFile;
      this.#bytes.settled -= stale.size + perFile;
    }
    this.refused = this.refused.filter(entry => !isStale(entry));
    // First remembered, then sent: a file that arrives and is forgotten would arrive twice.
    await remember(this.#api, entries);
    for (const entry of entries) {
      this.total++;
      this.#bytes.all += entry.size + perFile;
      const reason = this.#problemOf(entry);
      if (reason) this.#end(entry, { state: 'refused', reason });
      else this.#waiting.push(entry);
    }
    this.#pump();
  }

  /**
   * Why a file need not be sent, or null.
   * @param {Sendable} entry
   */
  #problemOf({ file, size }) {
    if (isVideo(file) && this.videoProblem) return this.videoProblem;
    const noun = isVideo(file) ? 'a video' : 'an image';
    const most = isVideo(file) ? this.maxVideoBytes : this.maxBytes;
    return size > most ? `It has ${megabytes(size)}; ${noun} may have ${megabytes(most)}.` : null;
  }

  #pump() {
    const isStopped = this.isPaused || this.isSignedOut || this.nextTry > 0;
    while (!isStopped && this.sending.size < parallel && this.waiting > 0) this.#run(this.#next());
    this.#beat();
    this.#changed();
  }

  #next() {
    const entry = this.#waiting[this.#head++];
    if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  /** @param {Sendable} entry */
  async #run(entry) {
    entry.state = 'sending';
    this.sending.add(entry);
    /** @param {number} bytes */
    const onSent = bytes => {
      entry.sent = Math.min(entry.size, bytes);
      this.#changed();
    };
    try {
      const { skipDuplicates, frames } = this;
      const outcome = await send(this.#api, entry, { skipDuplicates, frames, signal: this.#abort.signal, onSent });
      this.sending.delete(entry);
      this.#attempts = 0;
      this.#end(entry, outcome);
    } catch (error) {
      if (!this.sending.delete(entry)) return;
      Object.assign(entry, { state: 'waiting', sent: 0 });
      this.#waiting.push(entry);
      if (error instanceof SignedOutError) this.isSignedOut = true;
      else if (error instanceof AwayError) this.#wait(error.message);
      else throw error;
    } finally {
      this.#pump();
      this.#settle();
    }
  }

  /**
   * @param {Entry} entry
   * @param {Outcome} outcome
   */
  #end(entry, outcome) {
    Object.assign(entry, outcome);
    this.#bytes.settled += entry.size + perFile;
    this.#file(entry);
    this.#unsaved.add(entry);
    this.#timers.save ??= setTimeout(() => this.#save(), saveEvery);
  }

  /** @param {Entry} entry */
  #file(entry) {
    this.#keys.delete(entry.key);
    if (entry.state === 'refused') {
      this.refused.push(entry);
      return;
    }
    if (entry.state === 'done') this.done++;
    else this.skipped++;
    // What has arrived is read again only if it is chosen again.
    entry.file = null;
    this.#settled.push(entry);
  }

  /** @param {Entry} entry */
  #drop(entry) {
    this.#keys.delete(entry.key);
    this.total--;
    this.#bytes.all -= entry.size + perFile;
  }

  #unstage() {
    for (const { key } of this.staged) this.#keys.delete(key);
    this.staged = [];
  }

  /**
   * The portal is away: asks again later, and later each time, not all tabs at once.
   * @param {string} reason
   */
  #wait(reason) {
    this.awayReason = reason;
    if (this.nextTry > 0) return;
    const pause = Math.min(longestPause, 500 * 2 ** this.#attempts++) * (0.5 + Math.random() / 2);
    this.nextTry = Date.now() + pause;
    this.#timers.wait = setTimeout(() => this.#wake(), pause);
  }

  #wake() {
    clearTimeout(this.#timers.wait);
    this.nextTry = 0;
    this.#pump();
  }

  async #save() {
    this.#timers.save = undefined;
    const entries = [...this.#unsaved];
    this.#unsaved.clear();
    await remember(this.#api, entries);
  }

  /** When all is over, only what was refused is worth remembering. */
  async #settle() {
    this.#beat();
    this.#changed();
    const isUnfinished = this.isBusy || this.waiting > 0 || this.staged.length > 0 || this.#remembered.size > 0;
    if (isUnfinished || this.total === 0) return;
    clearTimeout(this.#timers.save);
    this.#timers.save = undefined;
    this.#unsaved.clear();
    // Not what another tab is sending, nor what is being added just now.
    await forget(this.#api, this.#settled.map(({ key }) => key).filter(key => !this.#keys.has(key)));
    await remember(this.#api, this.refused);
  }

  get #beatKey() {
    return `portal.uploading.${this.#api}`;
  }

  /** Lets the other tabs, and the script that reloads a page without a circuit, know that an upload is going on. */
  #beat() {
    const root = document.documentElement.dataset;
    if (this.isBusy) {
      root.uploading = '';
      localStorage.setItem(this.#beatKey, String(Date.now()));
      this.#timers.beat ??= setInterval(() => this.#beat(), beatEvery);
    } else if (this.#timers.beat) {
      delete root.uploading;
      localStorage.removeItem(this.#beatKey);
      clearInterval(this.#timers.beat);
      this.#timers.beat = undefined;
    }
  }

  #sentNow() {
    let sent = 0;
    for (const entry of this.sending) sent += entry.sent;
    return sent;
  }

  /** @param {'work' | 'bytes'} of */
  #pace(of) {
    const [first, last] = [this.#speed[0], this.#speed.at(-1)];
    return first && last && last.time > first.time ? ((last[of] - first[of]) * 1000) / (last.time - first.time) : 0;
  }

  #changed() {
    const now = performance.now();
    const last = this.#speed.at(-1);
    if (!last || now - last.time >= 250) {
      const work = this.#bytes.settled + this.#sentNow();
      this.#speed.push({ time: now, work, bytes: work - perFile * (this.done + this.skipped + this.refused.length) });
      while (this.#speed.length > 2 && now - this.#speed[0].time > rateOver) this.#speed.shift();
    }
    this.dispatchEvent(new Event('change'));
  }
}

/**
 * @param {Entry} entry
 * @returns {entry is Sendable}
 */
function isSendable(entry) {
  return entry.file !== null;
}

/** @param {number} bytes */
export const megabytes = bytes => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
