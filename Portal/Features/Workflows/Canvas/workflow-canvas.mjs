import { Drawing } from './drawing.mjs';
import { listen } from './gestures.mjs';
import { History } from './history.mjs';
import { handleKeys } from './keys.mjs';
import { placeFor } from './layout.mjs';
import { SmallMap } from './map.mjs';
import { Rules } from './rules.mjs';

/** A workflow's graph, edited here alone: .NET hears the whole draft once for each finished gesture, and answers with what is wrong with it. */
class WorkflowCanvas {
  #drawing;
  #map;
  #root;
  #rules;
  #dotnet;
  #history;
  #gestures = 0;
  #opened = null;
  #clipboard = [];
  #messageTimer;
  #ended = new AbortController();

  constructor(root, dotnet, { models, nodes, rules, storageKey }) {
    this.#root = root;
    this.#rules = new Rules(rules);
    this.#dotnet = dotnet;
    this.stage = root.querySelector('[data-canvas]');
    this.#drawing = new Drawing(this.stage, models, storageKey, (source, target) => this.#refusal(source, target) === null);
    this.#map = new SmallMap(this.#drawing.graph, root.querySelector('[data-map]'));
    listen(this, this.#drawing, root, this.#ended.signal);
    handleKeys(this.stage, this, this.#ended.signal);
    this.#start(nodes);
  }

  // What .NET calls.

  /** Takes a draft that was changed elsewhere, unless something was done here meanwhile: then .NET hears of that instead. */
  take(nodes, gestures, openedId, isAnother) {
    this.#opened = openedId;
    if (isAnother) {
      this.#start(nodes);
    } else if (gestures !== this.#gestures) {
      this.#tell();
    } else {
      this.#drawing.draw(nodes);
      if (openedId !== null) this.#drawing.select([openedId]);
      this.#remember();
    }
  }

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
    const renamed = new Map();
    for (const node of this.#clipboard) renamed.set(node.id, freeId(this.#stemOf(node), [...nodes.map(n => n.id), ...renamed.values()]));
    const copies = this.#clipboard.map(node => ({
      ...node, id: renamed.get(node.id), inputs: node.inputs.flatMap(id => renamed.get(id) ?? []), x: node.x + 24, y: node.y + 24,
    }));
    this.#clipboard = this.#clipboard.map(node => ({ ...node, x: node.x + 24, y: node.y + 24 }));
    this.#drawing.draw([...nodes, ...copies]);
    this.#drawing.select(copies.map(node => node.id));
    this.commit();
  }

  /** Adds a node where there is room for it. */
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

  newNode(modelId) {
    return { id: freeId(this.#drawing.models.get(modelId).stem, this.#drawing.read().map(node => node.id)), modelId, versionId: null, inputs: [] };
  }

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

  /** Selects the node after or before the selected one; false at the ends, where Tab leaves the canvas. */
  selectNext(step) {
    const ids = this.#drawing.read().map(node => node.id);
    const [selected] = this.#drawing.selectedIds();
    const at = selected === undefined ? (step > 0 ? 0 : ids.length - 1) : ids.indexOf(selected) + step;
    if (!(at in ids)) return false;
    this.#drawing.select([ids[at]]);
    this.#drawing.reveal(ids[at], this.#opened !== null);
    return true;
  }

  /** Moves the selected nodes; the gesture is finished when the key is let go. */
  nudge(dx, dy) {
    for (const node of this.#drawing.graph.getSelectedCells().filter(cell => cell.isNode())) node.translate(dx, dy);
  }

  /** Opens the selected node in the side panel and goes there; Escape comes back. */
  async openPanel() {
    const [id] = this.#drawing.selectedIds();
    if (id === undefined) return;
    await this.open(id);
    this.#root.querySelector('[data-panel] input')?.focus();
  }

  /** Shows a node in the side panel, or none. */
  open(id) {
    if (this.#opened === id) return undefined;
    this.#opened = id;
    if (id !== null) this.#drawing.reveal(id, true);
    return this.#dotnet.invokeMethodAsync('OpenAsync', id);
  }

  /** An open side panel shows what is selected. */
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

  zoom(by) {
    this.#drawing.zoom(by);
  }

  /** Says why an edge may not be drawn, if it may not. */
  explain(sourceId, targetId) {
    this.#say(this.#refusal(sourceId, targetId));
  }

  /** Ends a gesture: if it changed the draft, it can be undone from here on and .NET hears of it. */
  commit() {
    if (!this.#remember()) return;
    this.#say(null);
    this.#tell();
  }

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

  #travel(nodes) {
    if (!nodes) return;
    this.#drawing.draw(nodes);
    this.#showState(nodes);
    this.#say(null);
    this.#tell();
  }

  #start(nodes) {
    this.#drawing.clear();
    this.#drawing.draw(nodes);
    const drawn = this.#drawing.read();
    this.#history = new History(drawn);
    this.#showState(drawn);
    this.fit();
  }

  #stemOf(node) {
    return this.#drawing.models.get(node.modelId)?.stem ?? 'node';
  }

  #say(message) {
    const element = this.#root.querySelector('[data-message]');
    clearTimeout(this.#messageTimer);
    element.textContent = message ?? '';
    element.hidden = !message;
    if (message) this.#messageTimer = setTimeout(() => this.#say(null), 8000);
  }

  #showState(nodes) {
    this.#root.querySelector('[data-command="undo"]').disabled = !this.#history.canUndo;
    this.#root.querySelector('[data-command="redo"]').disabled = !this.#history.canRedo;
    this.#root.querySelector('[data-hint]').hidden = nodes.length > 0;
    this.#root.querySelector('[data-map]').hidden = nodes.length === 0;
  }
}

function freeId(stem, taken) {
  for (let n = 1; ; n++) {
    const id = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

/** @param dotnet what hears of changes; null for a graph that is only looked at, whose stage the root then is */
export function attach(root, dotnet, setup) {
  return dotnet ? new WorkflowCanvas(root, dotnet, setup) : view(root, setup);
}

function view(stage, { models, nodes, storageKey }) {
  const drawing = new Drawing(stage, models, storageKey, null);
  drawing.draw(nodes);
  drawing.fit();
  return { paint: (badges, models) => drawing.paint(badges, models), dispose: () => drawing.dispose() };
}
