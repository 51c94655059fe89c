// What the browser remembers of an upload that is not finished, in IndexedDB: for each file its path, size and time of change, the id it gets in the portal
// and how far it is. The bytes stay where they are: when the same files are chosen again, they are recognised, and what has arrived is not sent again.
const store = 'files';
const ofApp = api => IDBKeyRange.bound([api], [api, []]);
const settled = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

let opened;
function open() {
  return (opened ??= (() => {
    const request = indexedDB.open('portal-uploads', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: ['api', 'key'] });
    return settled(request);
  })());
}

// Where the browser keeps nothing, as in some private windows, an upload works all the same.
async function attempt(action, otherwise) {
  try {
    return await action(await open());
  } catch {
    return otherwise;
  }
}

const finished = transaction => new Promise((resolve, reject) => {
  transaction.oncomplete = resolve;
  transaction.onerror = transaction.onabort = () => reject(transaction.error);
});

/** @returns {Promise<{key: string, id: string, size: number, state: string, reason: string, labels: string[]}[]>} */
export const recall = api => attempt(db => settled(db.transaction(store).objectStore(store).getAll(ofApp(api))), []);

export const remember = (api, entries) => attempt(db => {
  const transaction = db.transaction(store, 'readwrite');
  for (const { key, id, size, state, reason, labels } of entries) {
    transaction.objectStore(store).put({ api, key, id, size, state: state === 'sending' ? 'waiting' : state, reason, labels });
  }
  return finished(transaction);
});

export const forget = api => attempt(db => {
  const transaction = db.transaction(store, 'readwrite');
  transaction.objectStore(store).delete(ofApp(api));
  return finished(transaction);
});
