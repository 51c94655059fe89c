// @ts-check
// What an open page is handed to review or label: asked for over HTTP ahead of need, leased so that nobody else gets
// it, its pictures decoded before they are shown, and given back when the page is left.

/**
 * What becomes of scores in a stretch from 0 to 1.
 * @typedef {{from: number, to: number, end: 'success' | 'pending' | 'nothing'}} Segment
 *
 * The annotation that a review is about.
 * @typedef {object} Question
 * @property {string} annotation_id
 * @property {string} concept_id
 * @property {boolean} value
 * @property {number | null} [score]
 * @property {string} origin who said it, in words
 * @property {boolean} is_audit
 * @property {Segment[]} route
 *
 * An input to label, or a question about one.
 * @typedef {object} Item
 * @property {string} input_id
 * @property {string} file_name
 * @property {number} width
 * @property {number} height
 * @property {string} thumb
 * @property {string} large
 * @property {Record<string, 0 | 1>} labels people's ✓ and ✗, by concept
 * @property {{concept_id: string, score: number}[]} guesses the newest model's, the highest first
 * @property {Question} [question]
 * @property {'random' | 'most_informative'} [sampling_method]
 * @property {number} seen the last sequence number of the app when it was handed out
 * @property {boolean} [isReleased]
 *
 * @typedef {'review' | 'label'} Kind
 * @typedef {{concept_id?: string, order?: string, near?: string[]}} Query
 *
 * @typedef {object} Answer
 * @property {object} [status]
 * @property {Item[]} [items]
 * @property {number} [left]
 * @property {number} [total]
 * @property {'random' | 'most_informative'} [sampling_method]
 * @property {number} [seen]
 * @property {string} [refusal]
 *
 * @typedef {{change: CustomEvent<{hasCome: boolean}>}} Events
 */

const ahead = 6;
const mostPictures = 160;
const renewEvery = 60_000;
const retryAfter = 3_000;

const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');

/** Raises 'change' after each time it asked. */
export class WorkBatch extends /** @type {new () => Raises<Events>} */ (EventTarget) {
  #api;
  #kind;
  #query;
  #holder = newId();
  /** @type {Set<string>} */
  #held = new Set();
  /** What was given back without the portal hearing of it. @type {Set<string>} */
  #returning = new Set();
  /** @type {Map<string, HTMLImageElement>} */
  #pictures = new Map();
  #isLoading = false;
  #isDisposed = false;
  /** @type {number | undefined} */
  #timer;
  #skipped;
  #renewal = setInterval(() => this.#renew(), renewEvery);
  #leave = () => this.release([...this.#held].filter(id => !this.isNeeded(id)), true);

  /**
   * @param {string} api address of the app in the REST API
   * @param {Kind} kind
   * @param {Query} query
   * @param {(inputId: string) => boolean} isNeeded whether something about an input is still to be sent
   * @param {() => number} counted what was settled here so far; NaN while some of it is on its way
   * @param {() => string[]} skipped inputs that are not wanted again for now
   */
  constructor(api, kind, query, isNeeded, counted, skipped) {
    super();
    this.#api = `${api}/work-batches`;
    this.#kind = kind;
    this.#query = query;
    this.isNeeded = isNeeded;
    this.counted = counted;
    this.#skipped = skipped;
    addEventListener('pagehide', this.#leave);
  }

  /** @type {Item[]} */
  items = [];
  /**
   * How many there were when `countedThen` had been settled here; null until the portal has said.
   * @type {number | null}
   */
  left = null;
  countedThen = 0;
  total = 0;
  /** 'loading', 'ready', 'empty' (nothing more for now), 'offline', or the portal's reason not to hand anything out. */
  state = 'loading';

  /** @param {number} take how many at most */
  async more(take) {
    if (this.#isLoading || this.#isDisposed) return;
    this.#isLoading = true;
    if (this.state === 'ready') this.state = 'loading';
    clearTimeout(this.#timer);
    const before = this.counted();
    const answer = await this.#post(this.#kind, { ...this.#query, take, except: this.#skipped() });
    const { items, left = 0, total = 0, sampling_method, seen = 0 } = answer;
    this.#isLoading = false;
    if (this.#isDisposed) {
      this.release((items ?? []).map(item => item.input_id).filter(id => !this.isNeeded(id)));
      return;
    }
    if (items) {
      for (const item of items) {
        this.#held.add(item.input_id);
        this.#returning.delete(item.input_id);
        this.items.push({ ...item, labels: { ...item.labels }, sampling_method, seen });
      }
      // A number that may or may not include what is on its way is of no use, unless there is none yet.
      if (this.left === null || this.counted() === before) {
        this.left = left;
        this.total = total;
        this.countedThen = Number.isNaN(before) ? 0 : before;
      }
    }
    this.state = items ? (items.length > 0 ? 'ready' : 'empty') : answer.refusal ?? 'offline';
    if (this.state !== 'ready') this.#timer = setTimeout(() => this.more(take), retryAfter);
    this.dispatchEvent(new CustomEvent('change', { detail: { hasCome: items !== undefined && items.length > 0 } }));
  }

  /**
   * Gives inputs back, so that others may be handed them.
   * @param {string[]} inputIds
   */
  release(inputIds, isLeaving = false) {
    for (const id of inputIds) this.#held.delete(id);
    this.#return(inputIds, isLeaving);
  }

  /**
   * The decoded, or decoding, picture of an item. Several questions about an input share it, but for tiles, which lie
   * beside each other.
   * @param {Item} item
   * @param {boolean} isLarge
   */
  picture(item, isLarge, isTile = false) {
    const address = isLarge ? item.large : item.thumb;
    const key = isTile ? `${address} ${item.question?.concept_id}` : address;
    let picture = this.#pictures.get(key);
    if (!picture) {
      picture = new Image(item.width, item.height);
      picture.alt = item.file_name || item.input_id;
      picture.src = address;
      picture.decode().catch(() => {});
      this.#pictures.set(key, picture);
      const [oldest] = this.#pictures.keys();
      if (this.#pictures.size > mostPictures) this.#pictures.delete(oldest);
    }
    return picture;
  }

  /**
   * Decodes what comes next.
   * @param {number} place
   * @param {boolean} isLarge
   */
  prepare(place, isLarge, count = ahead, isTile = false) {
    for (const item of this.items.slice(place, place + count)) this.picture(item, isLarge, isTile);
  }

  dispose() {
    this.#isDisposed = true;
    clearInterval(this.#renewal);
    clearTimeout(this.#timer);
    removeEventListener('pagehide', this.#leave);
    this.#leave();
  }

  #renew() {
    this.#post('renew');
    // Renewing keeps all that the portal thinks is held here: it has to hear of what is not.
    this.#return([...this.#returning]);
  }

  /** @param {string[]} ids */
  async #return(ids, isLeaving = false) {
    if (ids.length === 0) return;
    const { status, refusal } = await this.#post('release', { input_ids: ids }, isLeaving);
    for (const id of ids) {
      if (status || refusal || this.#held.has(id)) this.#returning.delete(id);
      else this.#returning.add(id);
    }
  }

  /**
   * @param {Kind | 'renew' | 'release'} what
   * @param {object} query
   * @returns {Promise<Answer>} nothing where the portal is away
   */
  async #post(what, query = {}, keepalive = false) {
    try {
      const response = await fetch(`${this.#api}/${what}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'portal' },
        body: JSON.stringify({ holder: this.#holder, ...query }),
        keepalive,
        signal: AbortSignal.timeout(15_000),
      });
      const answer = await response.json().catch(() => ({}));
      if (response.ok) return answer;
      return response.status >= 500 ? {} : { refusal: answer.status?.details || answer.status?.description };
    } catch {
      return {};
    }
  }
}
