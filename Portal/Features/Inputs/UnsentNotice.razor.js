// @ts-check
// The queue through which decisions leave the browser. Each has an id made here and stays in localStorage until the
// portal has acknowledged it; they are sent one by one, in order, again and again while network or portal are away. The
// portal applies an id once, so sending twice is harmless. Each has a key of its own, because tabs write at the same
// time and know nothing of each other's writes for a moment.

/**
 * @typedef {object} Decision
 * @property {string} inputId
 * @property {string} conceptId
 * @property {0 | 1 | null} value
 * @property {string} [annotationId]
 * @property {'random' | 'most_informative' | 'pending' | 'audit'} [samplingMethod]
 * @property {number} [seen] the last sequence number the person knew of
 *
 * What waits: the decisions of one step, or the undo of a step.
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} api
 * @property {number} at when it was made, later than all that waited then
 * @property {Decision[]} [decisions]
 * @property {string} [undoes] id of the step
 * @property {string} [batchId] what the portal calls the step to undo, once it has answered it
 * @property {boolean} [isTried] whether it may have reached the portal, from whichever tab
 *
 * @typedef {{input_id: string, concept_id: string, value: 0 | 1 | null, user_id: string}} Conflict
 * @typedef {{batchId?: string, sequence?: number, conflicts?: Conflict[], refusal?: string, again?: boolean}} Answer
 * @typedef {CustomEvent<{entry: Entry, reason?: string, conflicts: Conflict[]}>} Answered
 * @typedef {{change: Event, sent: Answered, refused: Answered}} Events
 */

const longestPause = 5_000;

/** How long another tab may take over what it has put into the queue. */
const takeOverAfter = 10_000;

/** @type {Map<string, DecisionQueue>} */
const queues = new Map();

/**
 * The one queue of a signed-in user in this page.
 * @param {string} user
 */
export function queueOf(user) {
  let queue = queues.get(user);
  if (!queue) queues.set(user, queue = new DecisionQueue(user));
  return queue;
}

// crypto.randomUUID is missing where the portal is reached over plain HTTP from another machine.
const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');

/** Raises 'change' when entries came or went, 'sent' and 'refused' as they are answered. */
export class DecisionQueue extends /** @type {new () => Raises<Events>} */ (EventTarget) {
  #prefix;
  #isSending = false;
  #attempts = 0;
  /** @type {number | undefined} */
  #timer;
  /** What was decided here and not answered here yet, by id. @type {Map<string, Entry>} */
  #own = new Map();
  /** The portal's ids of the steps that were answered here, by id. @type {Map<string, string>} */
  #batches = new Map();

  /** @param {string} user */
  constructor(user) {
    super();
    this.#prefix = `portal.decisions.${encodeURIComponent(user)}/`;
    addEventListener('online', () => this.#send());
    addEventListener('storage', event => {
      if (!event.key?.startsWith(this.#prefix)) return;
      this.#changed();
      this.#takeOverLater();
    });
    addEventListener('beforeunload', event => {
      if (this.entries.length > 0) event.preventDefault();
    });
    this.#send();
  }

  /**
   * Decisions and undos that are not acknowledged yet, in order; the other tabs' too.
   * @returns {Entry[]}
   */
  get entries() {
    return Object.keys(localStorage).filter(key => key.startsWith(this.#prefix))
      .map(key => localStorage.getItem(key)).filter(text => text !== null).map(text => JSON.parse(text))
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  /** Whether the last attempt failed. */
  get isWaiting() {
    return this.#attempts > 0;
  }

  /**
   * @param {string} api address of the app in the REST API
   * @param {...Decision} decisions made in one step, and undone as one
   * @returns {string} the id under which the step can be undone
   */
  decide(api, ...decisions) {
    const entry = { id: newId(), api, at: this.#now(), decisions };
    this.#own.set(entry.id, entry);
    this.#put(entry);
    this.#changed();
    this.#send();
    return entry.id;
  }

  /**
   * Takes a step back: before it was ever sent by dropping it, afterwards by asking the portal.
   * @param {string} api
   * @param {string} id
   * @returns {string | null} the undo's id, or null when nothing needs to be sent
   */
  undo(api, id) {
    const waiting = this.entries.find(entry => entry.id === id);
    if (waiting && !waiting.isTried) {
      this.#own.delete(id);
      this.#remove(id);
      this.#changed();
      return null;
    }
    const batchId = this.#batches.get(id);
    // Where another tab has sent it and heard the answer, it is sent again: the portal answers the same.
    const unheard = waiting || batchId ? undefined : this.#own.get(id);
    if (unheard) this.#put(unheard);
    const undo = { id: newId(), api, at: this.#now(), undoes: id, batchId };
    this.#put(undo);
    this.#changed();
    this.#send();
    return undo.id;
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    try {
      for (let entry; (entry = this.entries[0]);) {
        // From here on nobody knows whether the portal has it, not even after a request that failed.
        if (!entry.isTried) this.#put({ ...entry, isTried: true });
        const answer = await post(entry);
        if (answer.again) {
          const pause = Math.min(longestPause, 500 * 2 ** this.#attempts++);
          this.#timer = setTimeout(() => this.#send(), pause);
          this.#changed();
          return;
        }
        this.#attempts = 0;
        this.#finish(entry, answer);
      }
    } finally {
      this.#isSending = false;
    }
  }

  /** A tab sends what it puts into the queue, unless it is closed before. */
  #takeOverLater() {
    if (this.#isSending || this.isWaiting) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), takeOverAfter);
  }

  /**
   * @param {Entry} entry
   * @param {Answer} answer
   */
  #finish(entry, { batchId, sequence, refusal, conflicts = [] }) {
    this.#own.delete(entry.id);
    if (batchId) this.#batches.set(entry.id, batchId);
    this.#remove(entry.id);
    for (const other of this.entries) {
      // An undo that was waiting for the answer of what it undoes now knows its batch; one of a refused decision has
      // nothing to do.
      const isUndo = other.undoes === entry.id;
      const knowing = isUndo ? { ...other, batchId } : seeing(other, entry, sequence);
      if (isUndo && !batchId) this.#remove(other.id);
      else if (knowing) this.#put(knowing);
    }
    this.#changed();
    const detail = { entry, reason: refusal, conflicts };
    this.dispatchEvent(new CustomEvent(refusal ? 'refused' : 'sent', { detail }));
  }

  #now() {
    return Math.max(Date.now(), 1 + (this.entries.at(-1)?.at ?? 0));
  }

  /** @param {Entry} entry */
  #put(entry) {
    localStorage.setItem(`${this.#prefix}${entry.id}`, JSON.stringify(entry));
  }

  /** @param {string} id */
  #remove(id) {
    localStorage.removeItem(`${this.#prefix}${id}`);
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/**
 * What waits behind a sent entry and is about the same knows of it now, so that nobody conflicts with themselves.
 * @param {Entry} later
 * @param {Entry} sent
 * @param {number | undefined} sequence
 * @returns {Entry | null} null where there is nothing to know
 */
function seeing(later, sent, sequence) {
  /** @param {Decision} decision */
  const isAbout = decision => decision.seen !== undefined && sent.decisions?.some(other =>
    other.inputId === decision.inputId && other.conceptId === decision.conceptId);
  if (!sequence || !later.decisions?.some(isAbout)) return null;
  const decisions = later.decisions.map(decision => isAbout(decision) ? { ...decision, seen: sequence } : decision);
  return { ...later, decisions };
}

/**
 * Sends one entry.
 * @param {Entry} entry
 * @returns {Promise<Answer>}
 */
async function post(entry) {
  if (entry.undoes && !entry.batchId) return { refusal: 'This decision can no longer be undone from here.' };
  const [address, body] = entry.undoes
    ? [`${entry.api}/decisions/undo`, { batch_id: entry.batchId }]
    : [`${entry.api}/decisions`, { decisions: entry.decisions?.map((decision, place) => ({
      client_id: `${entry.id}-${place}`,
      input_id: decision.inputId,
      concept_id: decision.conceptId,
      value: decision.value,
      annotation_id: decision.annotationId,
      sampling_method: decision.samplingMethod,
      seen: decision.seen,
    })) }];
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'portal' },
      body: JSON.stringify(body),
      keepalive: true,
      signal: AbortSignal.timeout(15_000),
    });
    // Signed out, too many requests, or the portal is not well: it stays in the queue.
    if (response.status >= 500 || [401, 403, 408, 429].includes(response.status)) return { again: true };
    const answer = await response.json().catch(() => null);
    if (response.ok) {
      // An answer that broke off, or the page of a proxy, acknowledges nothing.
      if (!answer?.status) return { again: true };
      return { batchId: answer.batch_id, sequence: answer.sequence, conflicts: answer.conflicts };
    }
    const { details, description } = answer?.status ?? {};
    return { refusal: details || description || `The portal refused this decision (${response.status}).` };
  } catch {
    return { again: true };
  }
}

/**
 * Says how much is kept here while it cannot be sent.
 * @param {HTMLElement} notice
 * @param {string} user
 */
export function attach(notice, user) {
  const queue = queueOf(user);
  const show = () => {
    const count = queue.entries.reduce((sum, entry) => sum + (entry.decisions?.length ?? 1), 0);
    const decisions = count === 1 ? '1 decision is' : `${count} decisions are`;
    notice.hidden = count === 0 || !queue.isWaiting;
    notice.textContent = `${decisions} kept here and not sent yet. Trying again …`;
  };
  queue.addEventListener('change', show);
  queue.addEventListener('sent', show);
  show();
  return {
    dispose() {
      queue.removeEventListener('change', show);
      queue.removeEventListener('sent', show);
    },
  };
}
