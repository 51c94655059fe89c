import { card } from './card.mjs';
import { createDrag, createGraph, followDots, zoomRange } from './graph.mjs';
import { History } from './history.mjs';
import { handleKeys } from './keys.mjs';
import { cardSize, placeFor, tidy } from './layout.mjs';
import { SmallMap } from './map.mjs';
import { refusal } from './rules.mjs';

const nodeLimit = 20;

/**
 * A workflow's graph, edited here alone: .NET hears the whole draft once for each finished gesture, and answers with what is wrong with it.
 * A node of the draft is { id, modelId, versionId, settings, inputs, x, y }; settings are those that were changed and not saved yet, or null.
 */
class WorkflowCanvas {
  #graph;
  #drag;
  #map;
  #root;
  #dotnet;
  #storageKey;
  #models;
  #problems = [];
  #history;
  #gestures = 0;
  #order = 0;
  #opened = null;
  #clipboard = [];
  #messageTimer;
  #ended = new AbortController();

  constructor(root, dotnet, { models, nodes, storageKey }) {
    this.#root = root;
    this.#dotnet = dotnet;
    this.#storageKey = storageKey;
    this.#models = new Map(models.map(model => [model.id, model]));
    this.stage = root.querySelector('[data-canvas]');
    this.#graph = createGraph(this.stage.firstElementChild, (source, target) =>
      refusal(this.#read(), this.#models, idOf(source), idOf(target)) === null);
    this.#drag = createDrag(this.#graph, root);
    this.#map = new SmallMap(this.#graph, root.querySelector('[data-map]'));
    followDots(this.#graph, this.stage);
    this.#listen();
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
      this.#draw(nodes);
      if (openedId !== null) this.#select([openedId]);
      this.#remember();
    }
  }

  paint(problems, models) {
    this.#problems = problems;
    this.#models = new Map(models.map(model => [model.id, model]));
    // A model that was not known before gives its node the ports that it was drawn without.
    const isKnown = ({ modelId, card }) => this.#models.get(modelId)?.role === (card.role || undefined);
    if (this.#graph.getNodes().every(cell => isKnown(cell.getData()))) this.#paintCards();
    else this.#draw(this.#read());
  }

  closePanel() {
    this.#opened = null;
    this.stage.focus({ preventScroll: true });
  }

  dispose() {
    this.#ended.abort();
    clearTimeout(this.#messageTimer);
    this.#map.dispose();
    this.#drag.dispose();
    this.#graph.dispose();
  }

  // What keys and buttons do.

  undo() {
    this.#travel(this.#history.undo());
  }

  redo() {
    this.#travel(this.#history.redo());
  }

  remove() {
    const cells = this.#graph.getSelectedCells();
    if (cells.length === 0) return;
    this.#graph.removeCells(cells);
    this.commit();
  }

  copy() {
    const chosen = this.#selectedIds();
    if (chosen.length > 0) this.#clipboard = this.#read().filter(node => chosen.includes(node.id));
  }

  paste() {
    if (!this.#hasRoomFor(this.#clipboard.length)) return;
    const nodes = this.#read();
    const renamed = new Map();
    for (const node of this.#clipboard) renamed.set(node.id, freeId(this.#stemOf(node), [...nodes.map(n => n.id), ...renamed.values()]));
    const copies = this.#clipboard.map(node => ({
      ...node, id: renamed.get(node.id), inputs: node.inputs.flatMap(id => renamed.get(id) ?? []), x: node.x + 24, y: node.y + 24,
    }));
    this.#clipboard = this.#clipboard.map(node => ({ ...node, x: node.x + 24, y: node.y + 24 }));
    this.#draw([...nodes, ...copies]);
    this.#select(copies.map(node => node.id));
    this.commit();
  }

  selectAll() {
    this.#graph.resetSelection(this.#graph.getNodes());
  }

  clearSelection() {
    if (this.#opened) this.#open(null);
    else this.#graph.cleanSelection();
  }

  /** Selects the node after or before the selected one; false at the ends, where Tab leaves the canvas. */
  selectNext(step) {
    const ids = this.#read().map(node => node.id);
    const [selected] = this.#selectedIds();
    const at = selected === undefined ? (step > 0 ? 0 : ids.length - 1) : ids.indexOf(selected) + step;
    if (!(at in ids)) return false;
    this.#select([ids[at]]);
    this.#reveal(ids[at]);
    return true;
  }

  /** Moves the selected nodes; the gesture is finished when the key is let go. */
  nudge(dx, dy) {
    for (const node of this.#graph.getSelectedCells().filter(cell => cell.isNode())) node.translate(dx, dy);
  }

  /** Opens the selected node in the side panel and goes there; Escape comes back. */
  async openPanel() {
    const [id] = this.#selectedIds();
    if (id === undefined) return;
    await this.#open(id);
    this.#root.querySelector('[data-panel] input')?.focus();
  }

  tidy() {
    const places = tidy(this.#read());
    for (const node of this.#graph.getNodes()) node.position(places.get(idOf(node)).x, places.get(idOf(node)).y);
    this.fit();
    this.commit();
  }

  fit() {
    this.#graph.zoomToFit({ padding: 24, minScale: zoomRange.min, maxScale: 1 });
    this.#graph.centerContent();
  }

  zoom(by) {
    this.#graph.zoom(by, { minScale: zoomRange.min, maxScale: zoomRange.max });
  }

  /** Ends a gesture: if it changed the draft, it can be undone from here on and .NET hears of it. */
  commit() {
    if (!this.#remember()) return;
    this.#say(null);
    this.#tell();
  }

  #remember() {
    const nodes = this.#read();
    const isNew = this.#history.push(nodes);
    this.#showState(nodes);
    return isNew;
  }

  #tell() {
    this.#gestures++;
    const nodes = this.#read();
    if (this.#storageKey) localStorage.setItem(this.#storageKey, JSON.stringify(nodes.map(({ id, x, y }) => ({ id, x, y }))));
    this.#dotnet.invokeMethodAsync('ChangedAsync', nodes, this.#gestures);
  }

  #travel(nodes) {
    if (!nodes) return;
    this.#draw(nodes);
    this.#showState(nodes);
    this.#say(null);
    this.#tell();
  }

  // The draft and the graph.

  #start(nodes) {
    this.#graph.clearCells();
    this.#draw(nodes);
    const drawn = this.#read();
    this.#history = new History(drawn);
    this.#showState(drawn);
    this.fit();
  }

  #read() {
    return this.#graph.getNodes().toSorted((a, b) => a.getData().order - b.getData().order).map(node => {
      const { id, modelId, versionId, settings } = node.getData();
      const { x, y } = node.position();
      const inputs = (this.#graph.getIncomingEdges(node) ?? []).map(edge => edge.getSourceCell()).filter(Boolean).map(idOf);
      return { id, modelId, versionId, settings, inputs, x: Math.round(x), y: Math.round(y) };
    });
  }

  #draw(nodes) {
    const selected = this.#selectedIds();
    const placed = this.#place(nodes);
    this.#graph.clearCells();
    this.#order = 0;
    const cells = placed.map(node => this.#graph.addNode(this.#cellOf(node)));
    const cellOf = id => cells.find(cell => idOf(cell) === id);
    placed.forEach((node, at) => node.inputs.map(cellOf).filter(Boolean).forEach(source => this.#graph.addEdge({
      shape: 'flow', source: { cell: source.id, port: 'out' }, target: { cell: cells[at].id, port: 'in' },
    })));
    this.#select(selected);
  }

  /** Where nodes stand: as the draft says, else where they stood, else where the others leave room, else all tidy. */
  #place(nodes) {
    const drawn = this.#read();
    const known = new Map([...this.#stored(), ...drawn].map(({ id, x, y }) => [id, { x, y }]));
    const isRenamed = nodes.length === drawn.length;
    const places = nodes.map((node, at) => Number.isFinite(node.x) ? { x: node.x, y: node.y } : known.get(node.id) ?? (isRenamed ? drawn[at] : null));
    if (!places.some(Boolean)) {
      const tidied = tidy(nodes);
      return nodes.map(node => ({ ...node, ...tidied.get(node.id) }));
    }
    const placed = nodes.map((node, at) => places[at] && { ...node, x: places[at].x, y: places[at].y });
    nodes.forEach((node, at) => placed[at] ??= { ...node, ...placeFor(node, placed.filter(Boolean)) });
    return placed;
  }

  #stored() {
    return JSON.parse((this.#storageKey && localStorage.getItem(this.#storageKey)) ?? '[]');
  }

  #cellOf(node) {
    const model = this.#models.get(node.modelId);
    const flows = [['in', model?.input], ['out', model?.output]].filter(([, flow]) => flow !== 'None');
    return {
      shape: 'model-node', x: node.x, y: node.y,
      data: { id: node.id, modelId: node.modelId, versionId: node.versionId ?? null, settings: node.settings ?? null, order: this.#order++, card: card(node, this.#models, this.#problems) },
      ports: { items: flows.map(([side, flow]) => ({ id: side, group: side, attrs: { circle: { 'data-flow': flow ?? 'None' } } })) },
    };
  }

  #paintCards() {
    for (const cell of this.#graph.getNodes()) {
      const data = cell.getData();
      cell.setData({ ...data, card: card(data, this.#models, this.#problems) }, { overwrite: true });
    }
  }

  #newNode(modelId) {
    return { id: freeId(this.#models.get(modelId).stem, this.#read().map(node => node.id)), modelId, versionId: null, inputs: [] };
  }

  #hasRoomFor(count) {
    if (this.#graph.getNodes().length + count <= nodeLimit) return true;
    this.#say(`A workflow holds at most ${nodeLimit} nodes.`);
    return false;
  }

  #stemOf(node) {
    return this.#models.get(node.modelId)?.stem ?? 'node';
  }

  // Pointer and palette.

  #listen() {
    const graph = this.#graph;
    const { signal } = this.#ended;
    graph.on('node:moved', () => this.commit());
    graph.on('node:added', ({ node, options }) => {
      // What is dragged out of the palette is marked so.
      if (!options.stencil) return;
      this.#select([idOf(node)]);
      this.stage.focus({ preventScroll: true });
      this.commit();
    });
    graph.on('edge:connected', () => this.commit());
    graph.on('node:click', ({ e, node }) => {
      if (!e.ctrlKey && !e.metaKey && !e.shiftKey) this.#open(idOf(node));
    });
    graph.on('blank:click', () => this.#open(null));
    graph.on('selection:changed', () => {
      const [id] = this.#selectedIds();
      if (this.#opened && id !== undefined && id !== this.#opened) this.#open(id);
    });
    this.stage.addEventListener('mousedown', e => {
      // The library keeps the browser from focusing; and whoever uses the mouse sees where they are without a ring.
      this.stage.dataset.pointer = '';
      this.stage.focus({ preventScroll: true });
      this.#watchDrawing(e);
    }, { capture: true, signal });
    this.stage.addEventListener('contextmenu', e => e.preventDefault(), { signal });
    this.#root.addEventListener('mousedown', e => this.#dragOut(e), { signal });
    this.#root.addEventListener('keydown', e => {
      if (e.key !== 'Escape' || !e.target.closest('[data-panel]')) return;
      this.#open(null);
      this.stage.focus({ preventScroll: true });
    }, { signal });
    this.#root.addEventListener('click', e => {
      const command = e.target.closest('[data-command]')?.dataset;
      if (command) this[command.command](...command.by ? [Number(command.by)] : []);
      // A click from the keyboard has no place; one of the mouse has been a drag already.
      const modelId = e.target.closest('[data-model]')?.dataset.model;
      if (modelId && e.detail === 0) this.#addFromPalette(modelId);
    }, { signal });
  }

  #dragOut(e) {
    const modelId = e.target.closest('[data-model]')?.dataset.model;
    if (!modelId || e.button !== 0 || !this.#hasRoomFor(1)) return;
    this.stage.dataset.pointer = '';
    const start = { x: e.clientX, y: e.clientY };
    document.addEventListener('mouseup', up => {
      if (Math.hypot(up.clientX - start.x, up.clientY - start.y) < 4) this.#addFromPalette(modelId);
    }, { once: true, signal: this.#ended.signal });
    this.#drag.start(this.#graph.createNode(this.#cellOf({ ...this.#newNode(modelId), x: 0, y: 0 })), e);
  }

  #addFromPalette(modelId) {
    if (!this.#hasRoomFor(1)) return;
    const nodes = this.#read();
    const { x, y } = this.#graph.getGraphArea();
    const node = this.#newNode(modelId);
    this.#draw([...nodes, { ...node, ...placeFor({ ...node, x: x + 24, y: y + 24 }, nodes) }]);
    this.#select([node.id]);
    this.#reveal(node.id);
    this.commit();
  }

  /** An edge that may not be drawn vanishes when it is let go; this says why. */
  #watchDrawing(e) {
    const source = e.target.closest('[magnet="true"]') && nodeAt(e);
    if (!source) return;
    document.addEventListener('mouseup', up => {
      const target = nodeAt(up);
      if (target && target !== source) this.#say(refusal(this.#read(), this.#models, source, target));
    }, { once: true, capture: true, signal: this.#ended.signal });
  }

  // Selection, side panel, words.

  #selectedIds() {
    return this.#graph.getSelectedCells().filter(cell => cell.isNode()).map(idOf);
  }

  #select(ids) {
    this.#graph.resetSelection(this.#graph.getNodes().filter(node => ids.includes(idOf(node))));
  }

  #open(id) {
    if (this.#opened === id) return undefined;
    this.#opened = id;
    if (id !== null) this.#reveal(id);
    return this.#dotnet.invokeMethodAsync('OpenAsync', id);
  }

  /** Brings a node into the part of the canvas that the side panel leaves free. */
  #reveal(id) {
    const node = this.#graph.getNodes().find(cell => idOf(cell) === id);
    const area = this.#graph.localToGraph(node.getBBox());
    const panel = this.#opened ? 316 : 0;
    const room = { right: this.stage.clientWidth - panel - 16, bottom: this.stage.clientHeight - 16 };
    const dx = Math.min(0, room.right - (area.x + area.width)) || Math.max(0, 16 - area.x);
    const dy = Math.min(0, room.bottom - (area.y + area.height)) || Math.max(0, 16 - area.y);
    if (dx || dy) this.#graph.translateBy(dx, dy);
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

function idOf(cell) {
  return cell.getData().id;
}

function nodeAt({ clientX, clientY }) {
  const shape = document.elementsFromPoint(clientX, clientY).map(element => element.closest('.x6-node')).find(Boolean);
  return shape?.querySelector('[data-node]')?.dataset.node ?? null;
}

function freeId(stem, taken) {
  for (let n = 1; ; n++) {
    const id = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

export function attach(root, dotnet, setup) {
  return new WorkflowCanvas(root, dotnet, setup);
}
