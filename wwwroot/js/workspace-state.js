// @ts-check
import { WorkBatch } from './work-batch.js';

/**
 * @typedef {import('./work-batch.js').Item} Item
 * @typedef {import('./work-batch.js').Query} Query
 * @typedef {import('/Features/Inputs/UnsentNotice.razor.js').Answered} Answered
 * @typedef {import('/Features/Inputs/UnsentNotice.razor.js').Conflict} Conflict
 * @typedef {import('/Features/Inputs/UnsentNotice.razor.js').Decision} Decision
 * @typedef {import('/Features/Inputs/UnsentNotice.razor.js').DecisionQueue} DecisionQueue
 *
 * @typedef {'yes' | 'no' | 'open'} Verdict
 *
 * What one key or click decided, and is undone as one.
 * @typedef {object} Step
 * @property {string} id
 * @property {Decision[]} decisions
 * @property {(0 | 1 | undefined)[]} before what its decisions replaced
 * @property {number} settles how many pictures have all they need now
 * @property {number} from where the person was
 * @property {number} fromActive
 * @property {number} to where the person is afterwards
 *
 * What the person has to know of: a refusal, or a decision of somebody else that was kept.
 * @typedef {{text: string | undefined} | {conflict: Conflict, name: string}} Note
 *
 * @typedef {{change: CustomEvent<{isChoice: boolean}>}} Events
 */

const minute = 60_000;

/** Pictures at once in a grid, and how many stand in a row. @type {Record<number, number>} */
export const columnsOf = { 4: 2, 6: 3, 9: 3, 12: 4, 24: 6 };

/** The least score at which a guess counts as a ✓. */
export const sureEnough = 0.5;

/**
 * What lies on the workspace: the batch at hand, where among them the person is, what was decided, skipped and undone.
 * It draws nothing and knows no key; 'change' is raised when there is something else to show.
 */
export class WorkspaceState extends /** @type {new () => Raises<Events>} */ (EventTarget) {
  #frame;
  #queue;
  /** @type {Query} */
  #query = {};
  /** @type {WorkBatch | null} */
  #batch = null;
  /** In a grid, by key of the item. @type {Map<string, Verdict>} */
  #answers = new Map();
  /** The labels given last. @type {Record<string, 0 | 1> | null} */
  #last = null;
  /** When pictures were settled. @type {number[]} */
  #times = [];
  #counted = 0;

  /**
   * @param {Pick<import('/Features/Review/LabelingWorkspace.razor.js').Frame, 'kind' | 'api'>} frame
   * @param {DecisionQueue} queue
   */
  constructor(frame, queue) {
    super();
    this.#frame = frame;
    this.#queue = queue;
    this.isGrid = localStorage.getItem(`portal.workspace.${frame.kind}`) === 'grid';
    this.size = Number(localStorage.getItem('portal.workspace.size')) || 24;
    queue.addEventListener('sent', this.#onSent);
    queue.addEventListener('refused', this.#onRefused);
  }

  place = 0;
  active = 0;
  /** By key of the item: the input it is about. @type {Map<string, string>} */
  skipped = new Map();
  /** @type {Step[]} */
  steps = [];
  /** @type {Step[]} */
  undone = [];
  /** @type {Note[]} */
  notes = [];
  goesOn = true;

  get batch() {
    if (!this.#batch) throw new Error('Nothing is open on this workspace yet.');
    return this.#batch;
  }

  get isReview() { return this.#frame.kind === 'review'; }

  /** Whether a whole grid is answered at once. */
  get isGridAnswer() { return this.isGrid && (this.isReview || Boolean(this.#query.concept_id)); }

  get page() { return this.batch.items.slice(this.place, this.place + this.size); }

  /** @returns {Item | undefined} */
  get current() { return this.batch.items[this.isGrid ? this.place + this.active : this.place]; }

  get hasLast() { return this.#last !== null; }

  get asked() { return this.#query.concept_id; }

  get left() { return Math.max(0, (this.batch.left ?? 0) - this.#counted + this.batch.countedThen); }

  get total() { return this.isReview ? this.#counted + this.left : this.batch.total; }

  /** Decisions a minute, of late. */
  get pace() {
    const recent = this.#times.filter(time => time > Date.now() - minute);
    const span = Math.max(10_000, Math.min(minute, Date.now() - (this.#times[0] ?? Date.now())));
    return Math.round(recent.length * minute / span);
  }

  /**
   * What the model thinks unlikely starts as ✗: the person corrects the model, not the other way round.
   * @param {Item} item
   */
  isUnlikely(item) { return (this.scoreOf(item) ?? 1) < sureEnough && (item.question?.value ?? true); }

  /**
   * @param {Item} item
   * @returns {Verdict}
   */
  answerOf(item) { return this.#answers.get(keyOf(item)) ?? (this.isUnlikely(item) ? 'no' : 'yes'); }

  /**
   * The model's score for what is asked, or undefined.
   * @param {Item} item
   */
  scoreOf(item) {
    if (item.question) return item.question.score ?? undefined;
    return item.guesses.find(guess => guess.concept_id === this.#query.concept_id)?.score;
  }

  /**
   * The concept that is asked for; none where any may be given.
   * @param {Item} item
   */
  conceptOf(item) { return item.question?.concept_id ?? this.#query.concept_id ?? ''; }

  /** @param {Query} query */
  open(query) {
    this.#batch?.dispose();
    this.#query = query;
    [this.place, this.active, this.steps, this.undone, this.#times, this.#counted] = [0, 0, [], [], [], 0];
    this.#answers.clear();
    this.skipped.clear();
    const opened = new WorkBatch(this.#frame.api, this.#frame.kind, query, id => this.#isUnsent(id),
      () => this.#queue.entries.length > 0 ? NaN : this.#counted, () => [...new Set(this.skipped.values())]);
    this.#batch = opened;
    opened.addEventListener('change', ({ detail }) => {
      if (this.#batch !== opened) return;
      this.#prepare();
      if (detail.hasCome || !this.current) this.#changed();
    });
    this.#changed();
    opened.more(Math.max(24, this.size));
  }

  dispose() {
    this.#batch?.dispose();
    this.#queue.removeEventListener('sent', this.#onSent);
    this.#queue.removeEventListener('refused', this.#onRefused);
  }

  // Deciding --------------------------------------------------------------------------------------------------------

  /** @param {boolean} isYes */
  answer(isYes) {
    const item = this.current;
    if (item && !this.isGrid) this.#decide([this.#answer(item, isYes)], 1, this.place + 1);
  }

  /**
   * Gives the current picture a label, or takes it back where it has it; in a review says what it is instead.
   * @param {string} conceptId
   * @param {0 | 1} value
   */
  label(conceptId, value) {
    const item = this.current;
    if (!item || this.isGridAnswer) return;
    if (item.question) {
      const isElse = conceptId !== item.question.concept_id && item.question.value;
      if (isElse) this.#decide([this.#answer(item, false), this.#decision(item, conceptId, 1)], 1, this.place + 1);
      return;
    }
    const taken = item.labels[conceptId] === value;
    const settles = !taken && Object.keys(item.labels).length === 0 ? 1 : 0;
    if (!taken) this.#last = { ...item.labels, [conceptId]: value };
    const isGoingOn = this.goesOn && value === 1 && !taken;
    const decision = this.#decision(item, conceptId, taken ? null : value);
    this.#decide([decision], settles, isGoingOn && !this.isGrid ? this.place + 1 : undefined);
    if (isGoingOn && this.isGrid) this.step(1);
  }

  repeat() {
    const item = this.current;
    if (!item || !this.#last || this.isGridAnswer) return;
    const decisions = Object.entries(this.#last).map(([conceptId, value]) => this.#decision(item, conceptId, value));
    const settles = Object.keys(item.labels).length === 0 ? 1 : 0;
    this.#decide(decisions, settles, this.isGrid ? undefined : this.place + 1);
    if (this.isGrid) this.step(1);
  }

  accept() {
    if (this.isGridAnswer) return this.#answerGrid();
    const guess = this.current?.guesses[0];
    if (guess && guess.score >= sureEnough && !this.isReview) this.label(guess.concept_id, 1);
  }

  skip() {
    const item = this.current;
    if (!item) return;
    if (this.isGridAnswer) return this.toggle(item);
    if (this.isReview || Object.keys(item.labels).length === 0) this.skipped.set(keyOf(item), item.input_id);
    this.step(1);
  }

  /** Asks for what was skipped once more. */
  again() {
    this.skipped.clear();
    this.move(this.batch.items.length);
  }

  /**
   * Gives a picture of a grid its next answer.
   * @param {Item} item
   */
  toggle(item) {
    /** @type {Verdict[]} */
    const order = this.isUnlikely(item) ? ['no', 'yes', 'open'] : ['yes', 'no', 'open'];
    this.#answers.set(keyOf(item), order[(order.indexOf(this.answerOf(item)) + 1) % order.length]);
    this.#changed();
  }

  undo() {
    const step = this.steps.pop();
    if (!step) return;
    this.#queue.undo(this.#frame.api, step.id);
    this.#revert(step);
    this.undone.push(step);
    this.move(step.from, step.fromActive);
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return;
    this.#apply(step);
    this.move(step.to);
  }

  // Moving about ----------------------------------------------------------------------------------------------------

  /** @param {number} to */
  move(to, at = 0) {
    this.place = Math.max(0, Math.min(to, this.batch.items.length));
    this.active = Math.min(at, Math.max(0, this.page.length - 1));
    this.#supply();
    this.#changed();
  }

  /** @param {number} by pictures; in a grid a row's worth moves up or down */
  step(by) {
    if (!this.isGrid) this.move(this.place + by);
    else if (this.page[this.active + by]) this.choose(this.active + by);
    else if (Math.abs(by) === 1) this.move(this.place + by * this.size, by < 0 ? this.size - 1 : 0);
  }

  /**
   * Makes one picture of a grid the one that keys act on.
   * @param {number} active
   */
  choose(active) {
    this.active = active;
    this.#changed(true);
  }

  /** @param {boolean} isGrid */
  showGrid(isGrid, size = this.size) {
    [this.isGrid, this.size] = [isGrid, size];
    localStorage.setItem(`portal.workspace.${this.#frame.kind}`, isGrid ? 'grid' : 'one');
    localStorage.setItem('portal.workspace.size', String(size));
    this.move(this.place);
  }

  /** @param {Note} note */
  dismiss(note) {
    this.notes.splice(this.notes.indexOf(note), 1);
    this.#changed();
  }

  /**
   * @param {Item} item
   * @param {string} conceptId
   * @param {0 | 1 | null} value
   * @param {string} [annotationId]
   * @returns {Decision}
   */
  #decision(item, conceptId, value, annotationId) {
    const asked = item.question && (item.question.is_audit ? 'audit' : 'pending');
    const samplingMethod = asked ?? item.sampling_method ?? undefined;
    return { inputId: item.input_id, conceptId, value, annotationId, samplingMethod, seen: item.seen };
  }

  /**
   * @param {Item} item
   * @param {boolean} isYes
   */
  #answer(item, isYes) {
    const value = isYes === (item.question?.value ?? true) ? 1 : 0;
    return this.#decision(item, this.conceptOf(item), value, item.question?.annotation_id);
  }

  #answerGrid() {
    const shown = this.page;
    const decided = shown.filter(item => this.answerOf(item) !== 'open');
    for (const item of shown) if (this.answerOf(item) === 'open') this.skipped.set(keyOf(item), item.input_id);
    const to = this.place + shown.length;
    if (decided.length === 0) this.move(to);
    else this.#decide(decided.map(item => this.#answer(item, this.answerOf(item) === 'yes')), decided.length, to);
  }

  /**
   * @param {Decision[]} decisions
   * @param {number} settles
   * @param {number} [to]
   */
  #decide(decisions, settles, to) {
    if (decisions.length === 0) return;
    this.undone.length = 0;
    const { place, active } = this;
    this.#apply({ id: '', decisions, before: [], settles, from: place, fromActive: active, to: to ?? place });
    if (to !== undefined) this.move(to);
    else this.#changed();
  }

  /** @param {Step} step */
  #apply(step) {
    step.before = step.decisions.map(made => this.#itemOf(made.inputId)?.labels[made.conceptId]);
    for (const made of step.decisions) {
      this.#show(made.inputId, made.conceptId, made.value ?? undefined);
      this.skipped.delete(keyFor(made.inputId, this.isReview ? made.conceptId : undefined));
    }
    step.id = this.#queue.decide(this.#frame.api, ...step.decisions);
    this.steps.push(step);
    this.#counted += step.settles;
    for (let i = 0; i < step.settles; i++) this.#times.push(Date.now());
  }

  /**
   * Takes a step back here.
   * @param {Step} step
   */
  #revert(step) {
    step.decisions.forEach((made, i) => {
      const isShown = this.#itemOf(made.inputId)?.labels[made.conceptId] === (made.value ?? undefined);
      if (isShown) this.#show(made.inputId, made.conceptId, step.before[i]);
    });
    this.#counted -= step.settles;
    this.#times.splice(Math.max(0, this.#times.length - step.settles), step.settles);
  }

  /**
   * @param {string} inputId
   * @param {string} conceptId
   * @param {0 | 1 | undefined} value
   */
  #show(inputId, conceptId, value) {
    const labels = this.#itemOf(inputId)?.labels;
    if (!labels) return;
    if (value === undefined) delete labels[conceptId];
    else labels[conceptId] = value;
  }

  /**
   * What was skipped and handed out again lies here twice; the later one is up to date.
   * @param {string} inputId
   */
  #itemOf(inputId) { return this.batch.items.findLast(item => item.input_id === inputId); }

  /** @param {string} inputId */
  #isUnsent(inputId) {
    return this.#queue.entries.some(entry => entry.decisions?.some(decision => decision.inputId === inputId));
  }

  // Gives back what is behind: what was skipped at once, what is settled and sent when more is fetched.
  #supply() {
    const { items } = this.batch;
    const isLow = items.length - this.place < (this.isGrid ? this.size * 2 : 12);
    const ahead = new Set(items.slice(this.place).map(item => item.input_id));
    const done = items.slice(Math.max(0, this.place - 64), this.place).filter(item =>
      !item.isReleased && (isLow || this.skipped.has(keyOf(item)))
      && !ahead.has(item.input_id) && !this.#isUnsent(item.input_id));
    for (const item of done) item.isReleased = true;
    this.batch.release([...new Set(done.map(item => item.input_id))]);
    if (isLow) this.batch.more(Math.max(24, this.size));
    this.#prepare();
  }

  #prepare() {
    const isLarge = !this.isGrid || this.size <= 6;
    this.batch.prepare(this.place, isLarge, this.isGrid ? this.size * 2 : undefined, this.isGrid);
  }

  #changed(isChoice = false) { this.dispatchEvent(new CustomEvent('change', { detail: { isChoice } })); }

  /** @param {Answered} event */
  #onSent = ({ detail }) => {
    for (const conflict of detail.conflicts) {
      this.notes.push({ conflict, name: this.#itemOf(conflict.input_id)?.file_name || conflict.input_id });
    }
    if (detail.conflicts.length > 0) this.#changed();
  };

  /** @param {Answered} event */
  #onRefused = ({ detail }) => {
    const refused = this.steps.find(step => step.id === detail.entry.id);
    if (refused) {
      this.steps.splice(this.steps.indexOf(refused), 1);
      this.#revert(refused);
    }
    this.notes.push({ text: detail.reason });
    this.#changed();
  };
}

/** @param {Item} item */
function keyOf(item) {
  return keyFor(item.input_id, item.question?.concept_id);
}

/**
 * @param {string} inputId
 * @param {string} [conceptId]
 */
function keyFor(inputId, conceptId = '') {
  return `${inputId}/${conceptId}`;
}
