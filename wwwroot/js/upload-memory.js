// @ts-check
// What the browser remembers of an upload that is not finished, in IndexedDB: for each file its path, size and time of
// change, the id it gets in the portal and how far it is. The bytes stay where they are: when the same files are chosen
// again, they are recognised, and what has arrived is not sent again.

/** @typedef {import('./upload-queue.js').Entry} Entry */
/** @typedef {Pick<Entry, 'key' | 'id' | 'size' | 'state' | 'reason' | 'labels'>} Record */

const store = 'files';

/** @param {string} api */
const ofApp = api => IDBKeyRange.bound([api], [api, []]);

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const settled = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @type {Promise<IDBDatabase> | undefined} */
let opened;
function open() {
  return (opened ??= (() => {
    const request = indexedDB.open('portal-uploads', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: ['api', 'key'] });
    return settled(request);
  })());
}

/**
 * Where the browser keeps nothing, as in some private windows, an upload works all the same.
 * @template T
 * @param {(db: IDBDatabase) => Promise<T>} action
 * @param {T} otherwise
 */
async function attempt(action, otherwise) {
  try {
    return await action(await open());
  } catch {
    return otherwise;
  }
}

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
const finished = transaction => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onerror = transaction.onabort = () => reject(transaction.error);
});

/**
 * All that is remembered of an app's uploads.
 * @param {string} api address of the app in the REST API
 * @returns {Promise<Record[]>}
 */
export function recall(api) {
  return attempt(db => settled(db.transaction(store).objectStore(store).getAll(ofApp(api))), []);
}

/**
 * @param {string} api
 * @param {Record[]} entries
 */
export function remember(api, entries) {
  return attempt(db => {
    const transaction = db.transaction(store, 'readwrite');
    for (const { key, id, size, state, reason, labels } of entries) {
      const record = { api, key, id, size, state: state === 'sending' ? 'waiting' : state, reason, labels };
      transaction.objectStore(store).put(record);
    }
    return finished(transaction);
  }, undefined);
}

/**
 * @param {string} api
 * @param {string[]} keys
 */
export function forget(api, keys) {
  return attempt(db => {
    const transaction = db.transaction(store, 'readwrite');
    for (const key of keys) transaction.objectStore(store).delete([api, key]);
    return finished(transaction);
  }, undefined);
}
