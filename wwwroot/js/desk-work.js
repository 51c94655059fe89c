import { Turns } from '/js/turns.js';

const minute = 60_000;

/** Pictures at once in a grid, and how many stand in a row. */
export const columnsOf = { 4: 2, 6: 3, 9: 3, 12: 4, 24: 6 };

/** The least score at which a guess counts as a ✓. */
export const sureEnough = 0.5;

/**
 * What lies on the desk: the turns at hand, where among them the person is, what was decided, skipped and undone. It draws nothing and knows no key;
 * 'change' is raised when there is something else to show.
 */
export class DeskWork extends EventTarget {
  #frame;
  #queue;
  #wish;
  #answers = new Map();
  #last = null;
  #times = [];
  #counted = 0;

  /** @param {import('/Features/Review/Desk.razor.js').Frame} frame */
  constructor(frame, queue) {
    super();
    this.#frame = frame;
    this.#queue = queue;
    this.isGrid = localStorage.getItem(`portal.desk.${frame.kind}`) === 'grid';
    this.size = Number(localStorage.getItem('portal.desk.size')) || 24;
    queue.addEventListener('sent', this.#onSent);
    queue.addEventListener('refused', this.#onRefused);
  }

  turns = null;
  place = 0;
  active = 0;
  /** By key of the item: the input it is about. */
  skipped = new Map();
  steps = [];
  undone = [];
  notes = [];
  goesOn = true;

  get isReview() { return this.#frame.kind === 'review'; }

  /** Whether a whole grid is answered at once. */
  get isSweep() { return this.isGrid && (this.isReview || Boolean(this.#wish.concept_id)); }

  get page() { return this.turns.items.slice(this.place, this.place + this.size); }

  get current() { return this.turns.items[this.isGrid ? this.place + this.active : this.place]; }

  get hasLast() { return this.#last !== null; }

  get asked() { return this.#wish.concept_id; }

  get left() { return Math.max(0, this.turns.left - this.#counted + this.turns.countedThen); }

  get total() { return this.isReview ? this.#counted + this.left : this.turns.total; }

  /** Decisions a minute, of late. */
  get pace() {
    const recent = this.#times.filter(time => time > Date.now() - minute);
    const span = Math.max(10_000, Math.min(minute, Date.now() - (this.#times[0] ?? Date.now())));
    return Math.round(recent.length * minute / span);
  }

  // What the model thinks unlikely starts as ✗: the person corrects the model, not the other way round.
  isUnlikely(item) { return this.scoreOf(item) < sureEnough && (item.question?.value ?? true); }

  answerOf(item) { return this.#answers.get(keyOf(item)) ?? (this.isUnlikely(item) ? 'no' : 'yes'); }

  /** The model's score for what is asked, or undefined. */
  scoreOf(item) { return item.question ? item.question.score ?? undefined : item.guesses.find(guess => guess.concept_id === this.#wish.concept_id)?.score; }

  conceptOf(item) { return item.question?.concept_id ?? this.#wish.concept_id; }

  open(wish) {
    this.turns?.dispose();
    this.#wish = wish;
    [this.place, this.active, this.steps, this.undone, this.#times, this.#counted] = [0, 0, [], [], [], 0];
    this.#answers.clear();
    this.skipped.clear();
    const opened = this.turns = new Turns(this.#frame.api, this.#frame.kind, wish, id => this.#isUnsent(id),
      () => this.#queue.entries.length > 0 ? NaN : this.#counted, () => [...new Set(this.skipped.values())]);
    opened.addEventListener('change', ({ detail }) => {
      if (this.turns !== opened) return;
      this.#prepare();
      if (detail.hasCome || !this.current) this.#changed();
    });
    this.#changed();
    opened.more(Math.max(24, this.size));
  }

  dispose() {
    this.turns.dispose();
    this.#queue.removeEventListener('sent', this.#onSent);
    this.#queue.removeEventListener('refused', this.#onRefused);
  }

  // Deciding -------------------------------------------------------------------------------------------------------------------------------------
  answer(isYes) {
    const item = this.current;
    if (item && !this.isGrid) this.#decide([this.#answer(item, isYes)], 1, this.place + 1);
  }

  label(conceptId, value) {
    const item = this.current;
    if (!item || this.isSweep) return;
    if (this.isReview) {
      if (conceptId !== item.question.concept_id && item.question.value) this.#decide([this.#answer(item, false), this.#decision(item, conceptId, 1)], 1, this.place + 1);
      return;
    }
    const taken = item.labels[conceptId] === value;
    const settles = !taken && Object.keys(item.labels).length === 0 ? 1 : 0;
    if (!taken) this.#last = { ...item.labels, [conceptId]: value };
    const isGoingOn = this.goesOn && value === 1 && !taken;
    this.#decide([this.#decision(item, conceptId, taken ? null : value)], settles, isGoingOn && !this.isGrid ? this.place + 1 : undefined);
    if (isGoingOn && this.isGrid) this.step(1);
  }

  repeat() {
    const item = this.current;
    if (!item || !this.#last || this.isSweep) return;
    const decisions = Object.entries(this.#last).map(([conceptId, value]) => this.#decision(item, conceptId, value));
    this.#decide(decisions, Object.keys(item.labels).length === 0 ? 1 : 0, this.isGrid ? undefined : this.place + 1);
    if (this.isGrid) this.step(1);
  }

  accept() {
    if (this.isSweep) return this.#sweep();
    const guess = this.current?.guesses[0];
    if (guess?.score >= sureEnough && !this.isReview) this.label(guess.concept_id, 1);
  }

  skip() {
    const item = this.current;
    if (!item) return;
    if (this.isSweep) return this.turn(item);
    if (this.isReview || Object.keys(item.labels).length === 0) this.skipped.set(keyOf(item), item.input_id);
    this.step(1);
  }

  /** Asks for what was skipped once more. */
  again() {
    this.skipped.clear();
    this.move(this.turns.items.length);
  }

  /** Gives a picture of a grid its next answer. */
  turn(item) {
    const order = this.isUnlikely(item) ? ['no', 'yes', 'open'] : ['yes', 'no', 'open'];
    this.#answers.set(keyOf(item), order[(order.indexOf(this.answerOf(item)) + 1) % order.length]);
    this.#changed();
  }

  undo() {
    const step = this.steps.pop();
    if (!step) return;
    this.#queue.undo(this.#frame.api, step.id);
    step.decisions.forEach((made, i) => this.#show(made.inputId, made.conceptId, step.before[i]));
    this.#counted -= step.settles;
    this.#times.splice(Math.max(0, this.#times.length - step.settles), step.settles);
    this.undone.push(step);
    this.move(step.from, step.fromActive);
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return;
    this.#apply(step);
    this.move(step.to);
  }

  // Moving about ---------------------------------------------------------------------------------------------------------------------------------
  move(to, at = 0) {
    this.place = Math.max(0, Math.min(to, this.turns.items.length));
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

  /** Makes one picture of a grid the one that keys act on. */
  choose(active) {
    this.active = active;
    this.#changed(true);
  }

  showGrid(isGrid, size = this.size) {
    [this.isGrid, this.size] = [isGrid, size];
    localStorage.setItem(`portal.desk.${this.#frame.kind}`, isGrid ? 'grid' : 'one');
    localStorage.setItem('portal.desk.size', size);
    this.move(this.place);
  }

  dismiss(note) {
    this.notes.splice(this.notes.indexOf(note), 1);
    this.#changed();
  }

  #decision(item, conceptId, value, annotationId = undefined) {
    const draw = this.isReview ? (item.question.is_audit ? 'audit' : 'pending') : item.draw ?? undefined;
    return { inputId: item.input_id, conceptId, value, annotationId, draw, seen: item.seen };
  }

  #answer(item, isYes) {
    return this.#decision(item, this.conceptOf(item), isYes === (item.question?.value ?? true) ? 1 : 0, item.question?.annotation_id);
  }

  #sweep() {
    const shown = this.page;
    const decided = shown.filter(item => this.answerOf(item) !== 'open');
    for (const item of shown) if (this.answerOf(item) === 'open') this.skipped.set(keyOf(item), item.input_id);
    if (decided.length === 0) this.move(this.place + shown.length);
    else this.#decide(decided.map(item => this.#answer(item, this.answerOf(item) === 'yes')), decided.length, this.place + shown.length);
  }

  #decide(decisions, settles, to) {
    if (decisions.length === 0) return;
    this.undone.length = 0;
    this.#apply({ decisions, settles, from: this.place, fromActive: this.active, to: to ?? this.place });
    if (to !== undefined) this.move(to);
    else this.#changed();
  }

  #apply(step) {
    step.before = step.decisions.map(made => this.#itemOf(made.inputId)?.labels[made.conceptId]);
    for (const made of step.decisions) {
      this.#show(made.inputId, made.conceptId, made.value ?? undefined);
      this.skipped.delete(keyOf({ input_id: made.inputId, question: this.isReview ? { concept_id: made.conceptId } : undefined }));
    }
    step.id = this.#queue.decide(this.#frame.api, ...step.decisions);
    this.steps.push(step);
    this.#counted += step.settles;
    for (let i = 0; i < step.settles; i++) this.#times.push(Date.now());
  }

  #show(inputId, conceptId, value) {
    const labels = this.#itemOf(inputId)?.labels;
    if (!labels) return;
    if (value === undefined) delete labels[conceptId];
    else labels[conceptId] = value;
  }

  // What was skipped and handed out again lies here twice; the later one is up to date.
  #itemOf(inputId) { return this.turns.items.findLast(item => item.input_id === inputId); }

  #isUnsent(id) { return this.#queue.entries.some(entry => entry.decisions?.some(decision => decision.inputId === id)); }

  // Gives back what is behind: what was skipped at once, what is settled and sent when more is fetched.
  #supply() {
    const { items } = this.turns;
    const isLow = items.length - this.place < (this.isGrid ? this.size * 2 : 12);
    const ahead = new Set(items.slice(this.place).map(item => item.input_id));
    const done = items.slice(Math.max(0, this.place - 64), this.place)
      .filter(item => !item.isReleased && (isLow || this.skipped.has(keyOf(item))) && !ahead.has(item.input_id) && !this.#isUnsent(item.input_id));
    for (const item of done) item.isReleased = true;
    this.turns.release([...new Set(done.map(item => item.input_id))]);
    if (isLow) this.turns.more(Math.max(24, this.size));
    this.#prepare();
  }

  #prepare() { this.turns.prepare(this.place, !this.isGrid || this.size <= 6, this.isGrid ? this.size * 2 : undefined, this.isGrid); }

  #changed(isChoice = false) { this.dispatchEvent(new CustomEvent('change', { detail: { isChoice } })); }

  #onSent = ({ detail }) => {
    for (const conflict of detail.conflicts) this.notes.push({ conflict, name: this.#itemOf(conflict.input_id)?.file_name || conflict.input_id });
    if (detail.conflicts.length > 0) this.#changed();
  };

  #onRefused = ({ detail }) => {
    this.steps = this.steps.filter(entry => entry.id !== detail.entry.id);
    this.notes.push({ text: detail.reason });
    this.#changed();
  };
}

function keyOf(item) {
  return `${item.input_id}/${item.question?.concept_id ?? ''}`;
}
