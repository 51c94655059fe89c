// @ts-check
const most = 12;

/**
 * Zooms a picture with the wheel and moves it with the pointer.
 * @param {HTMLElement} view
 */
export function attach(view) {
  const listeners = new AbortController();
  let [scale, x, y] = [1, 0, 0];
  /** @type {{x: number, y: number} | null} */
  let held = null;

  const picture = () => view.querySelector('img');
  const show = () => {
    const image = picture();
    if (image) image.style.transform = scale === 1 ? '' : `translate(${x}px, ${y}px) scale(${scale})`;
    view.classList.toggle('large', scale > 1);
  };

  /**
   * Where the picture would be if it were not moved.
   * @param {HTMLImageElement} image
   */
  const home = image => {
    const box = image.getBoundingClientRect();
    return { left: box.left - x, top: box.top - y, width: box.width / scale, height: box.height / scale };
  };

  // No side of the picture goes further in than the middle of its place.
  const keep = () => {
    const image = picture();
    if (!image) return;
    const { width, height } = home(image);
    x = Math.min(width / 2, Math.max(width / 2 - width * scale, x));
    y = Math.min(height / 2, Math.max(height / 2 - height * scale, y));
  };

  const whole = () => {
    [scale, x, y] = [1, 0, 0];
    show();
  };

  /** @param {WheelEvent} event */
  const onWheel = event => {
    const image = picture();
    if (!image) return;
    event.preventDefault();
    const { left, top } = home(image);
    const wanted = Math.min(most, Math.max(1, scale * Math.exp(-event.deltaY / 400)));
    const [px, py] = [event.clientX - left, event.clientY - top];
    // What is under the pointer stays there.
    x = px - (px - x) * wanted / scale;
    y = py - (py - y) * wanted / scale;
    scale = wanted;
    if (scale === 1) return whole();
    keep();
    show();
  };

  /** @param {PointerEvent} event */
  const onDown = event => {
    if (scale === 1 || event.button !== 0 || !event.target.closest('img')) return;
    event.preventDefault();
    held = { x: event.clientX - x, y: event.clientY - y };
    view.setPointerCapture(event.pointerId);
    view.classList.add('moving');
  };

  /** @param {PointerEvent} event */
  const onMove = event => {
    if (!held) return;
    [x, y] = [event.clientX - held.x, event.clientY - held.y];
    keep();
    show();
  };

  const onUp = () => {
    held = null;
    view.classList.remove('moving');
  };

  /** @param {KeyboardEvent} event */
  const onKey = event => {
    if (event.target.closest('input, textarea, select, dialog')) return;
    if (event.key === '0' && scale > 1) whole();
  };

  const { signal } = listeners;
  view.addEventListener('wheel', onWheel, { passive: false, signal });
  view.addEventListener('pointerdown', onDown, { signal });
  view.addEventListener('pointermove', onMove, { signal });
  view.addEventListener('pointerup', onUp, { signal });
  view.addEventListener('pointercancel', onUp, { signal });
  view.addEventListener('dblclick', whole, { signal });
  document.addEventListener('keydown', onKey, { signal });
  // Another input begins whole.
  const changed = new MutationObserver(whole);
  changed.observe(view, { childList: true });
  return {
    dispose() {
      listeners.abort();
      changed.disconnect();
    },
  };
}
