// @ts-check
/** @typedef {import('./draft.d.ts').PlacedNode[]} Draft */

/** The drafts before and after the one at hand, as JSON. */
export class History {
  #drafts;
  #at = 0;

  /** @param {Draft} nodes */
  constructor(nodes) {
    this.#drafts = [JSON.stringify(nodes)];
  }

  get canUndo() {
    return this.#at > 0;
  }

  get canRedo() {
    return this.#at < this.#drafts.length - 1;
  }

  /**
   * Takes a finished gesture; false if it changed nothing.
   * @param {Draft} nodes
   */
  push(nodes) {
    const draft = JSON.stringify(nodes);
    if (draft === this.#drafts[this.#at]) return false;
    this.#drafts.splice(this.#at + 1, Infinity, draft);
    this.#at++;
    return true;
  }

  /** @returns {Draft | null} */
  undo() {
    return this.canUndo ? JSON.parse(this.#drafts[--this.#at]) : null;
  }

  /** @returns {Draft | null} */
  redo() {
    return this.canRedo ? JSON.parse(this.#drafts[++this.#at]) : null;
  }
}
