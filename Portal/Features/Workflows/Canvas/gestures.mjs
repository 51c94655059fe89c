// @ts-check
import { createDrag } from './graph.mjs';
import { idOf } from './drawing.mjs';

/**
 * What the pointer does: on the graph, in the palette, on the toolbar and in the side panel. Keys are those of
 * keys.mjs.
 * @param {import('./workflow-canvas.mjs').WorkflowCanvas} canvas
 * @param {import('./drawing.mjs').Drawing} drawing
 * @param {HTMLElement} root
 * @param {AbortSignal} signal ends it
 */
export function listen(canvas, drawing, root, signal) {
  const { stage } = canvas;
  const { graph } = drawing;
  const drag = createDrag(graph, root);
  /** @type {Record<string, (by: number) => void>} */
  const commands = {
    undo: () => canvas.undo(),
    redo: () => canvas.redo(),
    tidy: () => canvas.tidy(),
    fit: () => canvas.fit(),
    zoom: by => canvas.zoom(by),
  };
  signal.addEventListener('abort', () => drag.dispose());

  graph.on('node:moved', () => canvas.commit());
  graph.on('edge:connected', () => canvas.commit());
  graph.on('node:added', ({ node, options }) => {
    // What is dragged out of the palette is marked so.
    if (!options.stencil) return;
    drawing.select([idOf(node)]);
    stage.focus({ preventScroll: true });
    canvas.commit();
  });
  graph.on('node:click', ({ e, node }) => {
    if (!e.ctrlKey && !e.metaKey && !e.shiftKey) canvas.open(idOf(node));
  });
  graph.on('blank:click', () => canvas.open(null));
  graph.on('selection:changed', () => canvas.follow(drawing.selectedIds()[0]));

  stage.addEventListener('mousedown', e => {
    // The library keeps the browser from focusing; and whoever uses the mouse sees where they are without a ring.
    stage.dataset.pointer = '';
    stage.focus({ preventScroll: true });
    watchDrawing(e);
  }, { capture: true, signal });
  stage.addEventListener('contextmenu', e => e.preventDefault(), { signal });
  root.addEventListener('mousedown', dragOut, { signal });
  root.addEventListener('keydown', e => {
    if (e.key !== 'Escape' || !e.target.closest('[data-panel]')) return;
    canvas.open(null);
    stage.focus({ preventScroll: true });
  }, { signal });
  root.addEventListener('click', e => {
    /** @type {HTMLElement | null} */
    const button = e.target.closest('[data-command]');
    if (button) commands[button.dataset.command ?? '']?.(Number(button.dataset.by));
    // A click from the keyboard has no place; one of the mouse has been a drag already.
    const modelId = modelAt(e);
    if (modelId && e.detail === 0) canvas.add(modelId);
  }, { signal });

  /** @param {MouseEvent} e */
  function dragOut(e) {
    const modelId = modelAt(e);
    if (!modelId || e.button !== 0 || !canvas.hasRoomFor(1)) return;
    stage.dataset.pointer = '';
    const start = { x: e.clientX, y: e.clientY };
    document.addEventListener('mouseup', up => {
      if (Math.hypot(up.clientX - start.x, up.clientY - start.y) < 4) canvas.add(modelId);
    }, { once: true, signal });
    drag.start(graph.createNode(drawing.cellOf({ ...canvas.newNode(modelId), x: 0, y: 0 })), e);
  }

  /**
   * An edge that may not be drawn vanishes when it is let go; this has it said why.
   * @param {MouseEvent} e
   */
  function watchDrawing(e) {
    const source = e.target.closest('[magnet="true"]') && nodeAt(e);
    if (!source) return;
    document.addEventListener('mouseup', up => {
      const target = nodeAt(up);
      if (target && target !== source) canvas.explain(source, target);
    }, { once: true, capture: true, signal });
  }
}

/**
 * The model of the palette that the pointer is on.
 * @param {MouseEvent} e
 */
function modelAt(e) {
  /** @type {HTMLElement | null} */
  const model = e.target.closest('[data-model]');
  return model?.dataset.model;
}

/**
 * The id of the node that the pointer is on, or null.
 * @param {MouseEvent} e
 */
function nodeAt({ clientX, clientY }) {
  const shape = document.elementsFromPoint(clientX, clientY).map(element => element.closest('.x6-node')).find(Boolean);
  /** @type {HTMLElement | null | undefined} */
  const card = shape?.querySelector('[data-node]');
  return card?.dataset.node ?? null;
}
