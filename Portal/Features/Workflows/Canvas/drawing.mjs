// @ts-check
import { card } from './card.mjs';
import { createGraph, followDots, zoomRange } from './graph.mjs';
import { placeFor, tidy } from './layout.mjs';

/**
 * @typedef {import('@antv/x6').Cell} Cell
 * @typedef {import('./draft.d.ts').Badge} Badge
 * @typedef {import('./draft.d.ts').CellData} CellData
 * @typedef {import('./draft.d.ts').DraftNode} DraftNode
 * @typedef {import('./draft.d.ts').Model} Model
 * @typedef {import('./draft.d.ts').PlacedNode} PlacedNode
 */

const panelWidth = 316;

/** The nodes of a draft as cells of a graph, and back. */
export class Drawing {
  #stage;
  #storageKey;
  /** @type {Badge[]} */
  #badges = [];
  #order = 0;

  /**
   * @param {HTMLElement} stage
   * @param {Model[]} models
   * @param {string | null} storageKey where the browser keeps positions, or null
   * @param {((sourceId: string, targetId: string) => boolean) | null} canConnect whether an edge may run from one node
   *   to another; null for a graph to look at
   */
  constructor(stage, models, storageKey, canConnect) {
    this.#stage = stage;
    this.#storageKey = storageKey;
    this.models = byId(models);
    const container = /** @type {HTMLElement} */ (stage.firstElementChild);
    this.graph = createGraph(container,
      canConnect && ((source, target) => canConnect(idOf(source), idOf(target))));
    followDots(this.graph, stage);
  }

  dispose() {
    this.graph.dispose();
  }

  get count() {
    return this.graph.getNodes().length;
  }

  /** @returns {PlacedNode[]} */
  read() {
    return this.graph.getNodes().toSorted((a, b) => dataOf(a).order - dataOf(b).order).map(node => {
      const { id, modelId, versionId, settings } = dataOf(node);
      const { x, y } = node.position();
      const sources = (this.graph.getIncomingEdges(node) ?? []).map(edge => edge.getSourceCell());
      const inputs = sources.filter(cell => cell !== null).map(idOf);
      return { id, modelId, versionId, settings, inputs, x: Math.round(x), y: Math.round(y) };
    });
  }

  /** @param {DraftNode[]} nodes */
  draw(nodes) {
    const selected = this.selectedIds();
    const placed = this.#place(nodes);
    this.#order = 0;
    const cells = new Map(placed.map(node => [node.id, this.graph.createNode(this.cellOf(node))]));
    const edges = placed.flatMap(node => node.inputs.flatMap(id => this.#edge(cells.get(id), cells.get(node.id))));
    this.graph.resetCells([...cells.values(), ...edges]);
    this.select(selected);
  }

  clear() {
    this.graph.clearCells();
  }

  /**
   * Shows badges and models as they are now.
   * @param {Badge[]} badges
   * @param {Model[]} models
   */
  paint(badges, models) {
    this.#badges = badges;
    this.models = byId(models);
    // A model that was not known before gives its node the ports that it was drawn without.
    /** @param {CellData} data */
    const isKnown = ({ modelId, card }) => this.models.get(modelId)?.role === (card.role || undefined);
    const cells = this.graph.getNodes();
    if (!cells.every(cell => isKnown(dataOf(cell)))) {
      this.draw(this.read());
      return;
    }
    for (const cell of cells) {
      const data = dataOf(cell);
      const now = card(data, this.models, this.#badges);
      // New data replaces the card's elements, and with them what the pointer is over.
      if (JSON.stringify(now) !== JSON.stringify(data.card)) cell.setData({ ...data, card: now }, { overwrite: true });
    }
  }

  /** @param {PlacedNode} node */
  cellOf(node) {
    const { id, modelId, versionId = null, settings = null, x, y } = node;
    const model = this.models.get(modelId);
    const flows = [{ side: 'in', flow: model?.input }, { side: 'out', flow: model?.output }];
    /** @type {CellData} */
    const data = {
      id, modelId, versionId, settings, order: this.#order++, card: card(node, this.models, this.#badges),
    };
    const items = flows.filter(({ flow }) => flow !== 'None').map(({ side, flow }) =>
      ({ id: side, group: side, attrs: { circle: { 'data-flow': flow ?? 'None' } } }));
    return { shape: 'model-node', x, y, data, ports: { items } };
  }

  selectedIds() {
    return this.graph.getSelectedCells().filter(cell => cell.isNode()).map(idOf);
  }

  /** @param {string[]} ids */
  select(ids) {
    this.graph.resetSelection(this.graph.getNodes().filter(node => ids.includes(idOf(node))));
  }

  tidy() {
    const places = tidy(this.read());
    for (const node of this.graph.getNodes()) {
      const place = places.get(idOf(node));
      if (place) node.position(place.x, place.y);
    }
    this.fit();
  }

  fit() {
    this.graph.zoomToFit({ padding: 24, minScale: zoomRange.min, maxScale: 1 });
    this.graph.centerContent();
  }

  /** @param {number} by */
  zoom(by) {
    this.graph.zoom(by, { minScale: zoomRange.min, maxScale: zoomRange.max });
  }

  /**
   * Brings a node into the part of the canvas that the side panel leaves free.
   * @param {string} id
   * @param {boolean} isPanelOpen
   */
  reveal(id, isPanelOpen) {
    const node = this.graph.getNodes().find(cell => idOf(cell) === id);
    if (!node) return;
    const area = this.graph.localToGraph(node.getBBox());
    const { clientWidth, clientHeight } = this.#stage;
    const room = { right: clientWidth - (isPanelOpen ? panelWidth : 0) - 16, bottom: clientHeight - 16 };
    const dx = Math.min(0, room.right - (area.x + area.width)) || Math.max(0, 16 - area.x);
    const dy = Math.min(0, room.bottom - (area.y + area.height)) || Math.max(0, 16 - area.y);
    if (dx || dy) this.graph.translateBy(dx, dy);
  }

  /**
   * @param {Cell | undefined} source
   * @param {Cell | undefined} target
   */
  #edge(source, target) {
    if (!source || !target) return [];
    const ends = { source: { cell: source.id, port: 'out' }, target: { cell: target.id, port: 'in' } };
    return [this.graph.createEdge({ shape: 'flow', ...ends })];
  }

  /** @param {PlacedNode[]} nodes */
  store(nodes) {
    if (!this.#storageKey) return;
    localStorage.setItem(this.#storageKey, JSON.stringify(nodes.map(({ id, x, y }) => ({ id, x, y }))));
  }

  /**
   * Where nodes stand: as the draft says, else where they stood, else where the others leave room, else all tidy.
   * @param {DraftNode[]} nodes
   * @returns {PlacedNode[]}
   */
  #place(nodes) {
    const drawn = this.read();
    const known = new Map([...this.#stored(), ...drawn].map(({ id, x, y }) => [id, { x, y }]));
    const isRenamed = nodes.length === drawn.length;
    const places = nodes.map((node, at) => givenPlace(node) ?? known.get(node.id) ?? (isRenamed ? drawn[at] : null));
    if (!places.some(Boolean)) {
      const tidied = tidy(nodes);
      return nodes.map(node => ({ ...node, ...tidied.get(node.id) ?? { x: 0, y: 0 } }));
    }
    const placed = nodes.map((node, at) => withPlace(node, places[at]));
    return nodes.map((node, at) =>
      placed[at] ??= { ...node, ...placeFor(node, placed.filter(other => other !== null)) });
  }

  /** @returns {{id: string, x: number, y: number}[]} */
  #stored() {
    return JSON.parse((this.#storageKey && localStorage.getItem(this.#storageKey)) ?? '[]');
  }
}

/**
 * Where the draft says that a node stands.
 * @param {DraftNode} node
 */
function givenPlace({ x, y }) {
  return Number.isFinite(x) ? { x: x ?? 0, y: y ?? 0 } : null;
}

/**
 * @param {DraftNode} node
 * @param {import('./draft.d.ts').Place | null} place
 * @returns {PlacedNode | null}
 */
function withPlace(node, place) {
  return place && { ...node, x: place.x, y: place.y };
}

/**
 * @param {Cell} cell
 * @returns {CellData}
 */
export function dataOf(cell) {
  return cell.getData();
}

/** @param {Cell} cell */
export function idOf(cell) {
  return dataOf(cell).id;
}

/**
 * @param {Model[]} models
 * @returns {import('./draft.d.ts').Models}
 */
function byId(models) {
  return new Map(models.map(model => [model.id, model]));
}
