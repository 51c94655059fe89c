// @ts-check
/** @type {Record<string, [number, number]>} */
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * The keys of the canvas, while it has the focus. KeyList names them to people.
 * @param {HTMLElement} stage
 * @param {import('./workflow-canvas.mjs').WorkflowCanvas} canvas
 * @param {AbortSignal} signal ends it
 */
export function handleKeys(stage, canvas, signal) {
  stage.addEventListener('keydown', e => {
    delete stage.dataset.pointer;
    if (act(e)) {
      e.preventDefault();
      e.stopPropagation();
    }
  }, { signal });
  stage.addEventListener('keyup', e => {
    if (e.key in arrows) canvas.commit();
  }, { signal });

  /**
   * Whether the key does something here.
   * @param {KeyboardEvent} e
   */
  function act(e) {
    if (e.key in arrows && !e.altKey) {
      const distance = e.shiftKey ? 40 : 8;
      const [x, y] = arrows[e.key];
      canvas.nudge(x * distance, y * distance);
      return true;
    }
    if (e.ctrlKey || e.metaKey) return withControl(e);
    switch (e.key) {
      case 'Tab': return canvas.selectNext(e.shiftKey ? -1 : 1);
      case 'Enter': canvas.openPanel(); return true;
      case 'Escape': canvas.clearSelection(); return true;
      case 'Delete':
      case 'Backspace': canvas.remove(); return true;
      case '+': canvas.zoom(0.1); return true;
      case '-': canvas.zoom(-0.1); return true;
      case 'f': canvas.fit(); return true;
      case 't': canvas.tidy(); return true;
      default: return false;
    }
  }

  /** @param {KeyboardEvent} e */
  function withControl(e) {
    switch (e.key.toLowerCase()) {
      case 'z': if (e.shiftKey) canvas.redo(); else canvas.undo(); return true;
      case 'y': canvas.redo(); return true;
      case 'c': canvas.copy(); return true;
      case 'v': canvas.paste(); return true;
      case 'a': canvas.selectAll(); return true;
      default: return false;
    }
  }
}
