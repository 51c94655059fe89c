// @ts-check
import { dataOf } from './drawing.mjs';

const space = 'http://www.w3.org/2000/svg';
const size = { width: 132, height: 84 };

/** A small picture of the whole graph and of the part in view; a press or a drag in it brings that place into view. */
export class SmallMap {
  #graph;
  #svg;
  #frame = 0;

  /**
   * @param {import('@antv/x6').Graph} graph
   * @param {Element} element
   */
  constructor(graph, element) {
    this.#graph = graph;
    this.#svg = draw('svg', { ...size, 'aria-hidden': true });
    element.append(this.#svg);
    for (const event of ['scale', 'translate', 'resize', 'cell:added', 'cell:removed', 'node:change:position']) {
      graph.on(event, () => this.#later());
    }
    graph.model.on('reseted', () => this.#later());
    /** @param {PointerEvent} e */
    const go = e => {
      const shown = this.#svg.getScreenCTM();
      if (e.buttons !== 1 || !shown) return;
      const { x, y } = new DOMPoint(e.clientX, e.clientY).matrixTransform(shown.inverse());
      graph.centerPoint(x, y);
    };
    this.#svg.addEventListener('pointerdown', e => {
      this.#svg.setPointerCapture(e.pointerId);
      go(e);
    });
    this.#svg.addEventListener('pointermove', go);
  }

  dispose() {
    cancelAnimationFrame(this.#frame);
  }

  /** Once for each picture the browser shows, however much has changed. */
  #later() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const seen = this.#graph.getGraphArea();
    const nodes = this.#graph.getNodes();
    const all = nodes.reduce((area, node) => area.union(node.getBBox()), seen).inflate(24);
    this.#svg.setAttribute('viewBox', `${all.x} ${all.y} ${all.width} ${all.height}`);
    this.#svg.replaceChildren(
      ...nodes.map(node => draw('rect', { ...box(node.getBBox()), rx: 12, 'data-role': dataOf(node).card.role })),
      draw('rect', { ...box(seen), class: 'seen' }));
  }
}

/** @param {{x: number, y: number, width: number, height: number}} area */
function box({ x, y, width, height }) {
  return { x, y, width, height };
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean>} attributes
 */
function draw(tag, attributes) {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
