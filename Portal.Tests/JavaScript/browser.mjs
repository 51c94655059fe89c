// The parts of a browser that the queues use, and a portal to answer them. Time stands still until a test lets it pass.
const realSetImmediate = globalThis.setImmediate;

/** Lets everything happen that waits for no clock and no answer. */
export async function settle() {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => realSetImmediate(resolve));
}

class Clock {
  now = 1_700_000_000_000;
  #timers = new Map();
  #last = 0;

  start(action, delay = 0, every = null) {
    this.#timers.set(++this.#last, { action, due: this.now + delay, every });
    return this.#last;
  }

  stop(id) {
    this.#timers.delete(id);
  }

  stopAll() {
    this.#timers.clear();
  }

  async pass(milliseconds) {
    const end = this.now + milliseconds;
    await settle();
    for (;;) {
      const [id, next] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due)[0] ?? [];
      if (!next || next.due > end) break;
      this.now = Math.max(this.now, next.due);
      if (next.every === null) this.#timers.delete(id);
      else next.due += next.every;
      next.action();
      await settle();
    }
    this.now = end;
  }
}

class Storage {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }

  setItem(key, value) {
    this[key] = String(value);
  }

  removeItem(key) {
    delete this[key];
  }

  clear() {
    for (const key of Object.keys(this)) delete this[key];
  }
}

/** One object store whose keys are pairs; a change counts at once, and is reported later. */
class Database {
  records = new Map();

  open() {
    const request = { result: this };
    realSetImmediate(() => request.onsuccess());
    return request;
  }

  transaction() {
    const changed = { objectStore: () => this, error: null };
    realSetImmediate(() => changed.oncomplete?.());
    return changed;
  }

  put(record) {
    this.records.set(JSON.stringify([record.api, record.key]), structuredClone(record));
  }

  delete(key) {
    for (const [id, record] of this.records) if (this.#isIn(record, key)) this.records.delete(id);
  }

  getAll(range) {
    const request = { result: [...this.records.values()].filter(record => this.#isIn(record, range)) };
    realSetImmediate(() => request.onsuccess());
    return request;
  }

  #isIn(record, key) {
    return Array.isArray(key) ? record.api === key[0] && record.key === key[1] : record.api === key.lower[0];
  }
}

/** What a request gets that is never answered. */
export const silence = Symbol('silence');

/**
 * The portal, as a test wants it: `answer` gives {status, body}, throws where it cannot be reached, or gives `silence`.
 */
class Portal {
  requests = [];
  answer = () => ({ status: 200 });

  async take(method, address, body, headers = {}) {
    const request = { method, address, body: typeof body === 'string' ? JSON.parse(body) : body, headers };
    this.requests.push(request);
    const answer = await this.answer(request);
    if (answer === silence) return new Promise(() => {});
    const { status, body: told = { status: { code: 10000 } } } = answer;
    return { status, text: typeof told === 'string' ? told : JSON.stringify(told) };
  }

  /** Bodies of the requests to addresses that end so. */
  bodies(ending) {
    return this.requests.filter(request => request.address.endsWith(ending)).map(request => request.body);
  }
}

export const clock = new Clock();
export const portal = new Portal();
export const database = new Database();
export const localStorage = new Storage();
let listeners = new EventTarget();
let pages = 0;

class Request {
  upload = {};
  #headers = {};
  #isOver = false;

  open(method, address) {
    Object.assign(this, { method, address });
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  send(body) {
    const timer = this.timeout > 0 ? clock.start(() => this.#end('ontimeout'), this.timeout) : 0;
    portal.take(this.method, this.address, body, this.#headers).then(({ status, text }) => {
      Object.assign(this, { status, responseText: text });
      this.#end('onload');
    }, () => this.#end('onerror')).finally(() => clock.stop(timer));
  }

  abort() {
    this.#end('onabort');
  }

  #end(how) {
    if (this.#isOver) return;
    this.#isOver = true;
    this[how]?.();
    this.onloadend?.();
  }
}

async function fakeFetch(address, { method = 'GET', body, headers, signal } = {}) {
  const isAborted = new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const { status, text } = await Promise.race([portal.take(method, address, body, headers), isAborted]);
  return { status, ok: status >= 200 && status < 300, json: async () => JSON.parse(text) };
}

Object.assign(globalThis, {
  localStorage,
  fetch: fakeFetch,
  XMLHttpRequest: Request,
  indexedDB: database,
  IDBKeyRange: { bound: lower => ({ lower }) },
  document: { documentElement: { dataset: {} } },
  Image: class { async decode() {} },
  setTimeout: (action, delay) => clock.start(action, delay),
  setInterval: (action, delay) => clock.start(action, delay, delay),
  clearTimeout: id => clock.stop(id),
  clearInterval: id => clock.stop(id),
  addEventListener: (type, listener) => listeners.addEventListener(type, listener),
  removeEventListener: (type, listener) => listeners.removeEventListener(type, listener),
});
Date.now = () => clock.now;
performance.now = () => clock.now;
AbortSignal.timeout = delay => {
  const ended = new AbortController();
  clock.start(() => ended.abort(new DOMException('Timed out', 'TimeoutError')), delay);
  return ended.signal;
};

/** Raises an event of the browser window: 'online', 'pagehide', or 'storage' with the key another tab has changed. */
export function raise(type, values = {}) {
  listeners.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), values));
}

/** A browser that has seen nothing yet, and a portal that takes everything. */
export function begin() {
  leave();
  localStorage.clear();
  database.records.clear();
  portal.requests = [];
  portal.answer = () => ({ status: 200 });
}

/** Closes every page; what the browser stores stays. */
export function leave() {
  clock.stopAll();
  listeners = new EventTarget();
}

/** The exports of a module in a new page, beside those that are open. */
export function open(module) {
  return import(`${module}?page=${++pages}`);
}
