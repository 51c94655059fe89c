// What an open page is handed to review or label: asked for over HTTP ahead of need, leased so that nobody else gets it, its pictures decoded before they
// are shown, and given back when the page is left.
const ahead = 6;
const renewEvery = 60_000;
const retryAfter = 3_000;

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');

/** Raises 'change' (detail: whether items came) after each time it asked. */
export class Turns extends EventTarget {
  #api;
  #kind;
  #wish;
  #holder = newId();
  #held = new Set();
  #pictures = new Map();
  #isLoading = false;
  #isDisposed = false;
  #timer = 0;
  #skipped;
  #renewal = setInterval(() => this.#post('renew'), renewEvery);
  #leave = () => this.release([...this.#held].filter(id => !this.isNeeded(id)), true);

  /**
   * @param {string} api address of the app in the REST API
   * @param {'review'|'label'} kind
   * @param {{concept_id?: string, order?: string, near?: string[]}} wish
   * @param {(inputId: string) => boolean} isNeeded whether something about an input is still to be sent
   * @param {() => number} counted what was settled here so far; NaN while some of it is on its way
   * @param {() => string[]} skipped inputs that are not wanted again for now
   */
  constructor(api, kind, wish, isNeeded, counted, skipped) {
    super();
    this.#api = `${api}/turns`;
    this.#kind = kind;
    this.#wish = wish;
    this.isNeeded = isNeeded;
    this.counted = counted;
    this.#skipped = skipped;
    addEventListener('pagehide', this.#leave);
  }

  items = [];
  /** How many there were when `countedThen` had been settled here; null until the portal has said. */
  left = null;
  countedThen = 0;
  total = 0;
  /** 'loading', 'ready', 'empty' (nothing more for now), 'offline', or the portal's reason not to hand anything out. */
  state = 'loading';

  async more(take) {
    if (this.#isLoading || this.#isDisposed) return;
    this.#isLoading = true;
    if (this.state === 'ready') this.state = 'loading';
    clearTimeout(this.#timer);
    const before = this.counted();
    const answer = await this.#post(this.#kind, { ...this.#wish, take, except: this.#skipped() });
    this.#isLoading = false;
    if (this.#isDisposed) return;
    if (answer.items) {
      for (const item of answer.items) {
        this.#held.add(item.input_id);
        this.items.push({ ...item, labels: { ...item.labels }, draw: answer.draw, seen: answer.seen });
      }
      // A number that may or may not include what is on its way is of no use, unless there is none yet.
      if (this.left === null || this.counted() === before) {
        this.left = answer.left;
        this.total = answer.total;
        this.countedThen = Number.isNaN(before) ? 0 : before;
      }
    }
    this.state = answer.items ? (answer.items.length > 0 ? 'ready' : 'empty') : answer.refusal ?? 'offline';
    if (this.state !== 'ready') this.#timer = setTimeout(() => this.more(take), retryAfter);
    this.dispatchEvent(new CustomEvent('change', { detail: { hasCome: answer.items?.length > 0 } }));
  }

  /** Gives inputs back, so that others may be handed them. */
  release(inputIds, isLeaving = false) {
    for (const id of inputIds) this.#held.delete(id);
    if (inputIds.length > 0) this.#post('release', { input_ids: inputIds }, isLeaving);
  }

  /** The decoded, or decoding, picture of an item. Several questions about an input share it, but for tiles, which lie beside each other. */
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
      if (this.#pictures.size > 160) this.#pictures.delete(this.#pictures.keys().next().value);
    }
    return picture;
  }

  /** Decodes what comes next. */
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

  async #post(what, wish = {}, keepalive = false) {
    try {
      const response = await fetch(`${this.#api}/${what}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'portal' },
        body: JSON.stringify({ holder: this.#holder, ...wish }),
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
