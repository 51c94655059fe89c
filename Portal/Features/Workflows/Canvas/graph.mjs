import { Dnd, Graph, Selection, Shape } from '@antv/x6';
import { drawCard } from './card.mjs';
import { cardSize } from './layout.mjs';

export const zoomRange = { min: 0.4, max: 1.6 };

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

/** @param canConnect whether an edge may run from one cell to another; null where nothing may be changed */
export function createGraph(container, canConnect) {
  const graph = new Graph({
    container,
    autoResize: true,
    grid: { visible: false, size: 4 },
    panning: { enabled: true, eventTypes: canConnect ? ['rightMouseDown', 'mouseWheelDown'] : ['leftMouseDown', 'rightMouseDown', 'mouseWheelDown'] },
    mousewheel: { enabled: true, modifiers: ['ctrl', 'meta'], minScale: zoomRange.min, maxScale: zoomRange.max },
    highlighting: { magnetAvailable: { name: 'className', args: { className: 'fits' } }, magnetAdsorbed: { name: 'className', args: { className: 'meets' } } },
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
      validateConnection: ({ sourceCell, targetCell }) => Boolean(canConnect && sourceCell && targetCell) && canConnect(sourceCell, targetCell),
    },
  });
  if (!canConnect) {
    graph.use(new Selection({ enabled: false }));
    return graph;
  }
  graph.use(new Selection({
    rubberband: true, rubberEdge: false, multiple: true, multipleSelectionModifiers: ['ctrl', 'meta', 'shift'],
    movable: true, showNodeSelectionBox: false, showEdgeSelectionBox: false, pointerEvents: 'none', eventTypes: ['leftMouseDown'],
  }));
  return graph;
}

/** Drags a new node out of the palette; <code>root</code> holds what is dragged, so that its styles apply. */
export function createDrag(graph, root) {
  return new Dnd({ target: graph, scaled: true, draggingContainer: root, getDropNode: node => node.clone({ keepId: true }) });
}

/** Dots that move with the graph, in the colours of the page. */
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
