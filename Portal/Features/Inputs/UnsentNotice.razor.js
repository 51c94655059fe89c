// The queue through which decisions leave the browser. Each has an id made here and stays in localStorage until the portal has acknowledged it;
// they are sent one by one, in order, again and again while network or portal are away. The portal applies an id once, so sending twice is harmless.
const queues = new Map();

/** The one queue of a signed-in user in this page. */
export function queueOf(user) {
  if (!queues.has(user)) queues.set(user, new DecisionQueue(user));
  return queues.get(user);
}

// crypto.randomUUID is missing where the portal is reached over plain HTTP from another machine.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');

/** Raises 'change' when entries came or went, 'sent' and 'refused' (detail: entry, reason) as they are answered. */
class DecisionQueue extends EventTarget {
  #key;
  #isSending = false;
  #inFlight = null;
  #attempts = 0;
  #timer = 0;
  #batches = new Map();

  constructor(user) {
    super();
    this.#key = `portal.decisions.${user}`;
    addEventListener('online', () => this.#send());
    addEventListener('storage', event => {
      if (event.key === this.#key) this.#changed();
    });
    addEventListener('beforeunload', event => {
      if (this.entries.length > 0) event.preventDefault();
    });
    this.#send();
  }

  /** Decisions and undos that are not acknowledged yet, in order; the other tabs' too. */
  get entries() {
    return JSON.parse(localStorage.getItem(this.#key) ?? '[]');
  }

  /** Whether the last attempt failed. */
  get isWaiting() {
    return this.#attempts > 0;
  }

  /**
   * @typedef {{inputId: string, conceptId: string, value: 0|1|null, annotationId?: string, draw?: 'random'|'teaches_most'|'pending'|'audit', seen?: number}} Decision
   * @param {string} api address of the app in the REST API
   * @param {...Decision} decisions made in one step, and undone as one; `seen` is the last sequence number the person knew of
   * @returns {string} the id under which the step can be undone
   */
  decide(api, ...decisions) {
    const id = newId();
    this.#save([...this.entries, { id, api, decisions }]);
    this.#send();
    return id;
  }

  /** Takes a step back: before it is sent by dropping it, afterwards by asking the portal. Returns the undo's id, or null when nothing needs to be sent. */
  undo(api, id) {
    const entries = this.entries;
    if (id !== this.#inFlight && entries.some(entry => entry.id === id)) {
      this.#save(entries.filter(entry => entry.id !== id));
      return null;
    }
    const undo = { id: newId(), api, undoes: id, batchId: this.#batches.get(id) };
    this.#save([...entries, undo]);
    this.#send();
    return undo.id;
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    try {
      for (let entry; (entry = this.entries[0]);) {
        this.#inFlight = entry.id;
        const answer = await post(entry);
        this.#inFlight = null;
        if (answer.again) {
          const pause = Math.min(5_000, 500 * 2 ** this.#attempts++);
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

  #finish(entry, answer) {
    if (answer.batchId) this.#batches.set(entry.id, answer.batchId);
    const rest = this.entries.filter(other => other.id !== entry.id);
    // An undo that was waiting for the answer of what it undoes now knows its batch; one of a refused decision has nothing to do.
    const known = rest.flatMap(other => other.undoes !== entry.id ? [other] : answer.batchId ? [{ ...other, batchId: answer.batchId }] : []);
    this.#save(known.map(other => seeing(other, entry, answer.sequence)));
    this.dispatchEvent(new CustomEvent(answer.refusal ? 'refused' : 'sent', { detail: { entry, reason: answer.refusal, conflicts: answer.conflicts ?? [] } }));
  }

  #save(entries) {
    if (entries.length > 0) localStorage.setItem(this.#key, JSON.stringify(entries));
    else localStorage.removeItem(this.#key);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** What waits behind a sent entry and is about the same knows of it now, so that nobody conflicts with themselves. */
function seeing(later, sent, sequence) {
  if (!sequence || !later.decisions || !sent.decisions) return later;
  const isAbout = decision => sent.decisions.some(other => other.inputId === decision.inputId && other.conceptId === decision.conceptId);
  return { ...later, decisions: later.decisions.map(decision => decision.seen !== undefined && isAbout(decision) ? { ...decision, seen: sequence } : decision) };
}

/** Sends one entry. Answers {batchId, sequence, conflicts}, {refusal} or {again}. */
async function post(entry) {
  const [address, body] = entry.undoes
    ? [`${entry.api}/decisions/undo`, { batch_id: entry.batchId }]
    : [`${entry.api}/decisions`, { decisions: entry.decisions.map((decision, place) => ({
      client_id: `${entry.id}-${place}`,
      input_id: decision.inputId,
      concept_id: decision.conceptId,
      value: decision.value,
      annotation_id: decision.annotationId,
      draw: decision.draw,
      seen: decision.seen,
    })) }];
  if (entry.undoes && !entry.batchId) return { refusal: 'This decision can no longer be undone from here.' };
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
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return { batchId: answer.batch_id, sequence: answer.sequence, conflicts: answer.conflicts };
    return { refusal: answer.status?.details || answer.status?.description || `The portal refused this decision (${response.status}).` };
  } catch {
    return { again: true };
  }
}

export function attach(notice, user) {
  const queue = queueOf(user);
  const show = () => {
    const count = queue.entries.reduce((sum, entry) => sum + (entry.decisions?.length ?? 1), 0);
    notice.hidden = count === 0 || !queue.isWaiting;
    notice.textContent = `${count === 1 ? '1 decision is' : `${count} decisions are`} kept here and not sent yet. Trying again …`;
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
