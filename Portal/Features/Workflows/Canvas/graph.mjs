// @ts-check
import { Dnd, Graph, Selection, Shape } from '@antv/x6';
import { drawCard } from './card.mjs';
import { cardSize } from './layout.mjs';

export const zoomRange = { min: 0.4, max: 1.6 };

/**
 * @param {string} position
 * @param {boolean | 'passive'} magnet
 */
const port = (position, magnet) => ({ position, attrs: { circle: { r: 6, magnet } } });

Shape.HTML.register({
  shape: 'model-node',
  ...cardSize,
  effect: ['data'],
  html: cell => drawCard(cell.getData()),
  ports: { groups: { in: port('left', 'passive'), out: port('right', true) } },
});

Graph.registerEdge('flow', {
  inherit: 'edge',
  attrs: { line: { strokeWidth: 1.75, targetMarker: null } },
  connector: { name: 'smooth', args: { direction: 'H' } },
  zIndex: -1,
}, true);

/**
 * @param {HTMLElement} container
 * @param {((source: import('@antv/x6').Cell, target: import('@antv/x6').Cell) => boolean) | null} canConnect whether an
 *   edge may run from one cell to another; null where nothing may be changed
 */
export function createGraph(container, canConnect) {
  const { min: minScale, max: maxScale } = zoomRange;
  /** @type {Graph} */
  const graph = new Graph({
    container,
    autoResize: true,
    grid: { visible: false, size: 4 },
    panning: {
      enabled: true,
      eventTypes: canConnect
        ? ['rightMouseDown', 'mouseWheelDown'] : ['leftMouseDown', 'rightMouseDown', 'mouseWheelDown'],
    },
    mousewheel: { enabled: true, modifiers: ['ctrl', 'meta'], minScale, maxScale },
    highlighting: {
      magnetAvailable: { name: 'className', args: { className: 'fits' } },
      magnetAdsorbed: { name: 'className', args: { className: 'meets' } },
    },
    interacting: canConnect ? { edgeMovable: false, vertexMovable: false, arrowheadMovable: false } : false,
    connecting: {
      snap: { radius: 28 },
      connectionPoint: 'anchor',
      highlight: true,
      allowBlank: false,
      allowEdge: false,
      allowLoop: false,
      allowMulti: false,
      createEdge: () => graph.createEdge({ shape: 'flow' }),
      validateConnection: ({ sourceCell, targetCell }) =>
        Boolean(canConnect && sourceCell && targetCell && canConnect(sourceCell, targetCell)),
    },
  });
  if (!canConnect) {
    graph.use(new Selection({ enabled: false }));
    return graph;
  }
  graph.use(new Selection({
    rubberband: true, rubberEdge: false, multiple: true, multipleSelectionModifiers: ['ctrl', 'meta', 'shift'],
    movable: true, showNodeSelectionBox: false, showEdgeSelectionBox: false, pointerEvents: 'none',
    eventTypes: ['leftMouseDown'],
  }));
  return graph;
}

/**
 * Drags a new node out of the palette.
 * @param {Graph} graph
 * @param {HTMLElement} root holds what is dragged, so that its styles apply
 */
export function createDrag(graph, root) {
  const getDropNode = (/** @type {import('@antv/x6').Node} */ node) => node.clone({ keepId: true });
  return new Dnd({ target: graph, scaled: true, draggingContainer: root, getDropNode });
}

/**
 * Dots that move with the graph, in the colours of the page.
 * @param {Graph} graph
 * @param {HTMLElement} container
 */
export function followDots(graph, container) {
  const follow = () => {
    const { sx } = graph.transform.getScale();
    const { tx, ty } = graph.translate();
    container.style.backgroundSize = `${20 * sx}px ${20 * sx}px`;
    container.style.backgroundPosition = `${tx}px ${ty}px`;
  };
  graph.on('scale', follow);
  graph.on('translate', follow);
  follow();
}
