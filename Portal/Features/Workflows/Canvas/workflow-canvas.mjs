// @ts-check
import { Drawing } from './drawing.mjs';
import { listen } from './gestures.mjs';
import { History } from './history.mjs';
import { handleKeys } from './keys.mjs';
import { placeFor } from './layout.mjs';
import { SmallMap } from './map.mjs';
import { Rules } from './rules.mjs';

/**
 * @typedef {import('./draft.d.ts').DraftNode} DraftNode
 * @typedef {import('./draft.d.ts').PlacedNode} PlacedNode
 */

/**
 * A workflow's graph, edited here alone: .NET hears the whole draft once for each finished gesture, and answers with
 * what is wrong with it.
 */
export class WorkflowCanvas {
  /** @type {Drawing} */
  #drawing;
  #map;
  #root;
  #rules;
  #dotnet;
  /** @type {History} */
  #history;
  #gestures = 0;
  /** Id of the node in the side panel. @type {string | null} */
  #opened = null;
  /** @type {PlacedNode[]} */
  #clipboard = [];
  /** @type {number | undefined} */
  #messageTimer;
  #ended = new AbortController();

  /**
   * @param {HTMLElement} root
   * @param {DotNetReference} dotnet
   * @param {import('./draft.d.ts').Setup} setup
   */
  constructor(root, dotnet, { models, nodes, rules, storageKey }) {
    this.#root = root;
    this.#rules = new Rules(rules);
    this.#dotnet = dotnet;
    this.stage = this.#part('[data-canvas]');
    this.#drawing = new Drawing(this.stage, models, storageKey,
      (source, target) => this.#refusal(source, target) === null);
    this.#map = new SmallMap(this.#drawing.graph, this.#part('[data-map]'));
    listen(this, this.#drawing, root, this.#ended.signal);
    handleKeys(this.stage, this, this.#ended.signal);
    this.#history = this.#start(nodes);
  }

  // What .NET calls.

  /**
   * Takes a draft that was changed elsewhere, unless something was done here meanwhile: then .NET hears of that
   * instead.
   * @param {DraftNode[]} nodes
   * @param {number} gestures how many .NET has heard of
   * @param {string | null} openedId
   * @param {boolean} isAnother whether it is the draft of another workflow
   */
  take(nodes, gestures, openedId, isAnother) {
    this.#opened = openedId;
    if (isAnother) {
      this.#history = this.#start(nodes);
    } else if (gestures !== this.#gestures) {
      this.#tell();
    } else {
      this.#drawing.draw(nodes);
      if (openedId !== null) this.#drawing.select([openedId]);
      this.#remember();
    }
  }

  /**
   * @param {import('./draft.d.ts').Badge[]} badges
   * @param {import('./draft.d.ts').Model[]} models
   */
  paint(badges, models) {
    this.#drawing.paint(badges, models);
  }

  closePanel() {
    this.#opened = null;
    this.stage.focus({ preventScroll: true });
  }

  dispose() {
    this.#ended.abort();
    clearTimeout(this.#messageTimer);
    this.#map.dispose();
    this.#drawing.dispose();
  }

  // What keys, buttons and the pointer do.

  undo() {
    this.#travel(this.#history.undo());
  }

  redo() {
    this.#travel(this.#history.redo());
  }

  remove() {
    const cells = this.#drawing.graph.getSelectedCells();
    if (cells.length === 0) return;
    this.#drawing.graph.removeCells(cells);
    this.commit();
  }

  copy() {
    const chosen = this.#drawing.selectedIds();
    if (chosen.length > 0) this.#clipboard = this.#drawing.read().filter(node => chosen.includes(node.id));
  }

  paste() {
    if (!this.hasRoomFor(this.#clipboard.length)) return;
    const nodes = this.#drawing.read();
    /** @type {Map<string, string>} */
    const renamed = new Map();
    for (const node of this.#clipboard) {
      renamed.set(node.id, freeId(this.#stemOf(node.modelId), [...nodes.map(n => n.id), ...renamed.values()]));
    }
    this.#clipboard = this.#clipboard.map(node => ({ ...node, x: node.x + 24, y: node.y + 24 }));
    const copies = this.#clipboard.map(node => ({
      ...node, id: renamed.get(node.id) ?? node.id, inputs: node.inputs.flatMap(id => renamed.get(id) ?? []),
    }));
    this.#drawing.draw([...nodes, ...copies]);
    this.#drawing.select(copies.map(node => node.id));
    this.commit();
  }

  /**
   * Adds a node where there is room for it.
   * @param {string} modelId
   */
  add(modelId) {
    if (!this.hasRoomFor(1)) return;
    const nodes = this.#drawing.read();
    const { x, y } = this.#drawing.graph.getGraphArea();
    const node = this.newNode(modelId);
    this.#drawing.draw([...nodes, { ...node, ...placeFor({ ...node, x: x + 24, y: y + 24 }, nodes) }]);
    this.#drawing.select([node.id]);
    this.#drawing.reveal(node.id, this.#opened !== null);
    this.commit();
  }

  /**
   * @param {string} modelId
   * @returns {DraftNode}
   */
  newNode(modelId) {
    const id = freeId(this.#stemOf(modelId), this.#drawing.read().map(node => node.id));
    return { id, modelId, versionId: null, inputs: [] };
  }

  /** @param {number} count */
  hasRoomFor(count) {
    const problem = this.#rules.tooMany(this.#drawing.count + count);
    if (problem) this.#say(problem);
    return !problem;
  }

  selectAll() {
    this.#drawing.select(this.#drawing.read().map(node => node.id));
  }

  clearSelection() {
    if (this.#opened) this.open(null);
    else this.#drawing.select([]);
  }

  /**
   * Selects the node after or before the selected one; false at the ends, where Tab leaves the canvas.
   * @param {1 | -1} step
   */
  selectNext(step) {
    const ids = this.#drawing.read().map(node => node.id);
    const [selected] = this.#drawing.selectedIds();
    const at = selected === undefined ? (step > 0 ? 0 : ids.length - 1) : ids.indexOf(selected) + step;
    if (!(at in ids)) return false;
    this.#drawing.select([ids[at]]);
    this.#drawing.reveal(ids[at], this.#opened !== null);
    return true;
  }

  /**
   * Moves the selected nodes; the gesture is finished when the key is let go.
   * @param {number} dx
   * @param {number} dy
   */
  nudge(dx, dy) {
    for (const node of this.#drawing.graph.getSelectedCells()) if (node.isNode()) node.translate(dx, dy);
  }

  /** Opens the selected node in the side panel and goes there; Escape comes back. */
  async openPanel() {
    const [id] = this.#drawing.selectedIds();
    if (id === undefined) return;
    await this.open(id);
    /** @type {HTMLElement | null} */
    const field = this.#root.querySelector('[data-panel] input');
    field?.focus();
  }

  /**
   * Shows a node in the side panel, or none.
   * @param {string | null} id
   */
  open(id) {
    if (this.#opened === id) return undefined;
    this.#opened = id;
    if (id !== null) this.#drawing.reveal(id, true);
    return this.#dotnet.invokeMethodAsync('OpenAsync', id);
  }

  /**
   * An open side panel shows what is selected.
   * @param {string | undefined} id
   */
  follow(id) {
    if (this.#opened && id !== undefined) this.open(id);
  }

  tidy() {
    this.#drawing.tidy();
    this.commit();
  }

  fit() {
    this.#drawing.fit();
  }

  /** @param {number} by */
  zoom(by) {
    this.#drawing.zoom(by);
  }

  /**
   * Says why an edge may not be drawn, if it may not.
   * @param {string} sourceId
   * @param {string} targetId
   */
  explain(sourceId, targetId) {
    this.#say(this.#refusal(sourceId, targetId));
  }

  /** Ends a gesture: if it changed the draft, it can be undone from here on and .NET hears of it. */
  commit() {
    if (!this.#remember()) return;
    this.#say(null);
    this.#tell();
  }

  /**
   * @param {string} sourceId
   * @param {string} targetId
   * @returns {string | null}
   */
  #refusal(sourceId, targetId) {
    return this.#rules.refusal(this.#drawing.read(), this.#drawing.models, sourceId, targetId);
  }

  #remember() {
    const nodes = this.#drawing.read();
    const isNew = this.#history.push(nodes);
    this.#showState(nodes);
    return isNew;
  }

  #tell() {
    this.#gestures++;
    const nodes = this.#drawing.read();
    this.#drawing.store(nodes);
    this.#dotnet.invokeMethodAsync('ChangedAsync', nodes, this.#gestures);
  }

  /** @param {PlacedNode[] | null} nodes */
  #travel(nodes) {
    if (!nodes) return;
    this.#drawing.draw(nodes);
    this.#showState(nodes);
    this.#say(null);
    this.#tell();
  }

  /** @param {DraftNode[]} nodes */
  #start(nodes) {
    this.#drawing.clear();
    this.#drawing.draw(nodes);
    const drawn = this.#drawing.read();
    const history = new History(drawn);
    this.#showState(drawn, history);
    this.fit();
    return history;
  }

  /** @param {string} modelId */
  #stemOf(modelId) {
    return this.#drawing.models.get(modelId)?.stem ?? 'node';
  }

  /** @param {string | null} message */
  #say(message) {
    const element = this.#part('[data-message]');
    clearTimeout(this.#messageTimer);
    element.textContent = message ?? '';
    element.hidden = !message;
    if (message) this.#messageTimer = setTimeout(() => this.#say(null), 8000);
  }

  /** @param {PlacedNode[]} nodes */
  #showState(nodes, history = this.#history) {
    this.#part('[data-command="undo"]').toggleAttribute('disabled', !history.canUndo);
    this.#part('[data-command="redo"]').toggleAttribute('disabled', !history.canRedo);
    this.#part('[data-hint]').hidden = nodes.length > 0;
    this.#part('[data-map]').hidden = nodes.length === 0;
  }

  /**
   * @param {string} selector
   * @returns {HTMLElement}
   */
  #part(selector) {
    /** @type {HTMLElement | null} */
    const part = this.#root.querySelector(selector);
    if (!part) throw new Error(`The canvas has no ${selector}.`);
    return part;
  }
}

/**
 * @param {string} stem
 * @param {string[]} taken
 */
function freeId(stem, taken) {
  for (let n = 1; ; n++) {
    const id = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

/**
 * @param {HTMLElement} root
 * @param {DotNetReference | null} dotnet what hears of changes; null for a graph that is only looked at, whose stage
 *   the root then is
 * @param {import('./draft.d.ts').Setup} setup
 */
export function attach(root, dotnet, setup) {
  return dotnet ? new WorkflowCanvas(root, dotnet, setup) : view(root, setup);
}

/**
 * @param {HTMLElement} stage
 * @param {import('./draft.d.ts').Setup} setup
 */
function view(stage, { models, nodes, storageKey }) {
  const drawing = new Drawing(stage, models, storageKey, null);
  drawing.draw(nodes);
  drawing.fit();
  return {
    /** @type {Drawing['paint']} */
    paint: (badges, newModels) => drawing.paint(badges, newModels),
    dispose: () => drawing.dispose(),
  };
}
