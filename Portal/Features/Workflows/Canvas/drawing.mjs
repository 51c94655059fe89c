import { card } from './card.mjs';
import { createGraph, followDots, zoomRange } from './graph.mjs';
import { placeFor, tidy } from './layout.mjs';

const panelWidth = 316;

/**
 * The nodes of a draft as cells of a graph, and back.
 * A node of the draft is { id, modelId, versionId, settings, inputs, x, y }; settings are those that were changed and not saved yet, or null.
 */
export class Drawing {
  #stage;
  #storageKey;
  #badges = [];
  #order = 0;

  /**
   * @param canConnect whether an edge may run from one node to another, by id; null for a graph to look at
   * @param storageKey where the browser keeps positions, or null
   */
  constructor(stage, models, storageKey, canConnect) {
    this.#stage = stage;
    this.#storageKey = storageKey;
    this.models = byId(models);
    this.graph = createGraph(stage.firstElementChild, canConnect && ((source, target) => canConnect(idOf(source), idOf(target))));
    followDots(this.graph, stage);
  }

  dispose() {
    this.graph.dispose();
  }

  get count() {
    return this.graph.getNodes().length;
  }

  read() {
    return this.graph.getNodes().toSorted((a, b) => a.getData().order - b.getData().order).map(node => {
      const { id, modelId, versionId, settings } = node.getData();
      const { x, y } = node.position();
      const inputs = (this.graph.getIncomingEdges(node) ?? []).map(edge => edge.getSourceCell()).filter(Boolean).map(idOf);
      return { id, modelId, versionId, settings, inputs, x: Math.round(x), y: Math.round(y) };
    });
  }

  draw(nodes) {
    const selected = this.selectedIds();
    const placed = this.#place(nodes);
    this.#order = 0;
    const cells = new Map(placed.map(node => [node.id, this.graph.createNode(this.cellOf(node))]));
    const edges = placed.flatMap(node => node.inputs.filter(id => cells.has(id)).map(id => this.graph.createEdge({
      shape: 'flow', source: { cell: cells.get(id).id, port: 'out' }, target: { cell: cells.get(node.id).id, port: 'in' },
    })));
    this.graph.resetCells([...cells.values(), ...edges]);
    this.select(selected);
  }

  clear() {
    this.graph.clearCells();
  }

  /** Shows badges and models as they are now. */
  paint(badges, models) {
    this.#badges = badges;
    this.models = byId(models);
    // A model that was not known before gives its node the ports that it was drawn without.
    const isKnown = ({ modelId, card }) => this.models.get(modelId)?.role === (card.role || undefined);
    const cells = this.graph.getNodes();
    if (!cells.every(cell => isKnown(cell.getData()))) {
      this.draw(this.read());
      return;
    }
    for (const cell of cells) {
      const data = cell.getData();
      const now = card(data, this.models, this.#badges);
      // New data replaces the card's elements, and with them what the pointer is over.
      if (JSON.stringify(now) !== JSON.stringify(data.card)) cell.setData({ ...data, card: now }, { overwrite: true });
    }
  }

  cellOf(node) {
    const model = this.models.get(node.modelId);
    const flows = [['in', model?.input], ['out', model?.output]].filter(([, flow]) => flow !== 'None');
    return {
      shape: 'model-node', x: node.x, y: node.y,
      data: {
        id: node.id, modelId: node.modelId, versionId: node.versionId ?? null, settings: node.settings ?? null, order: this.#order++,
        card: card(node, this.models, this.#badges),
      },
      ports: { items: flows.map(([side, flow]) => ({ id: side, group: side, attrs: { circle: { 'data-flow': flow ?? 'None' } } })) },
    };
  }

  selectedIds() {
    return this.graph.getSelectedCells().filter(cell => cell.isNode()).map(idOf);
  }

  select(ids) {
    this.graph.resetSelection(this.graph.getNodes().filter(node => ids.includes(idOf(node))));
  }

  tidy() {
    const places = tidy(this.read());
    for (const node of this.graph.getNodes()) node.position(places.get(idOf(node)).x, places.get(idOf(node)).y);
    this.fit();
  }

  fit() {
    this.graph.zoomToFit({ padding: 24, minScale: zoomRange.min, maxScale: 1 });
    this.graph.centerContent();
  }

  zoom(by) {
    this.graph.zoom(by, { minScale: zoomRange.min, maxScale: zoomRange.max });
  }

  /** Brings a node into the part of the canvas that the side panel leaves free. */
  reveal(id, isPanelOpen) {
    const node = this.graph.getNodes().find(cell => idOf(cell) === id);
    const area = this.graph.localToGraph(node.getBBox());
    const room = { right: this.#stage.clientWidth - (isPanelOpen ? panelWidth : 0) - 16, bottom: this.#stage.clientHeight - 16 };
    const dx = Math.min(0, room.right - (area.x + area.width)) || Math.max(0, 16 - area.x);
    const dy = Math.min(0, room.bottom - (area.y + area.height)) || Math.max(0, 16 - area.y);
    if (dx || dy) this.graph.translateBy(dx, dy);
  }

  store(nodes) {
    if (this.#storageKey) localStorage.setItem(this.#storageKey, JSON.stringify(nodes.map(({ id, x, y }) => ({ id, x, y }))));
  }

  /** Where nodes stand: as the draft says, else where they stood, else where the others leave room, else all tidy. */
  #place(nodes) {
    const drawn = this.read();
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
}

export function idOf(cell) {
  return cell.getData().id;
}

function byId(models) {
  return new Map(models.map(model => [model.id, model]));
}
