// @ts-check
// Gestures of the wall stay here: .NET hears which rows to draw, one window after another, and each gesture once, when
// it has ended.

/**
 * What a drag draws to choose tiles: where it began, in the room and in the window, and where it is.
 * @typedef {object} Lasso
 * @property {number} startX
 * @property {number} startY
 * @property {number} fromX
 * @property {number} fromY
 * @property {number} x
 * @property {number} y
 * @property {HTMLElement} [mark] once it is drawn
 * @property {number} [frame]
 * @property {boolean} [isOver]
 */

const gap = 10;
const lassoFrom = 6;

/**
 * @param {HTMLElement} wall
 * @param {DotNetReference} page
 * @param {number} width of a tile
 * @param {number} height of a row
 */
export function attach(wall, page, width, height) {
  const room = /** @type {HTMLElement} */ (wall.firstElementChild);
  const place = `wall:${location.pathname}${location.search}`;
  const listeners = new AbortController();
  let tileWidth = width;
  let rowHeight = height;
  let columns = 0;
  let atTop = true;
  let drawn = { first: 0, last: -1 };
  let asking = false;
  let restored = false;

  // Calls fail while the connection is away; what they would say is read again by the next one.
  /**
   * @param {string} method
   * @param {...unknown} values
   */
  const tell = (method, ...values) => page.invokeMethodAsync(method, ...values).catch(() => {});

  const fitting = () => {
    const style = getComputedStyle(wall);
    const space = wall.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return Math.max(2, Math.floor((space + gap) / (tileWidth + gap)));
  };

  // One request at a time; when it is answered, the view is looked at again, so the wall ends up where the scrolling
  // did.
  const look = async () => {
    if (asking || listeners.signal.aborted) return;
    const shown = Math.ceil(wall.clientHeight / rowHeight) + 1;
    const top = Math.max(0, Math.floor(wall.scrollTop / rowHeight));
    const wanted = fitting();
    const rows = Number(wall.dataset.rows);
    const last = columns === 0 ? top + shown : Math.min(top + shown, rows - 1);
    if (wanted === columns && top >= drawn.first && last <= drawn.last) return;
    asking = true;
    const first = Math.max(0, top - shown);
    const count = 3 * shown;
    try {
      await page.invokeMethodAsync('ShowRows', wanted, first, count);
      columns = wanted;
      drawn = { first, last: first + count - 1 };
    } catch {
      asking = false;
      return;
    }
    asking = false;
    restore();
    look();
  };

  const redraw = () => {
    drawn = { first: 0, last: -1 };
    return look();
  };

  // Back from an input, the wall stands where it was left.
  const restore = () => {
    if (restored) return;
    restored = true;
    const top = Number(sessionStorage.getItem(place));
    if (top) wall.scrollTop = top;
  };

  const onScroll = () => {
    look();
    const isAtTop = wall.scrollTop < 40;
    if (isAtTop === atTop) return;
    atTop = isAtTop;
    tell('SetAtTop', atTop);
  };

  /**
   * @param {Element} target
   * @returns {HTMLElement | null | undefined}
   */
  const tileOf = target => target.closest('.cell')?.querySelector('[data-place]');

  /** @param {MouseEvent} event */
  const onClick = event => {
    if (lasso?.mark) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const tile = event.target.closest('.trace') ? null : tileOf(event.target);
    if (!tile) return;
    const isCheck = event.target.closest('.check');
    const isChoice = isCheck || event.ctrlKey || event.metaKey || Number(wall.dataset.selected) > 0;
    if (!event.shiftKey && !isChoice) {
      sessionStorage.setItem(place, String(wall.scrollTop));
      return;
    }
    tell(event.shiftKey ? 'SelectTo' : 'ToggleInput', tile.dataset.id);
    event.preventDefault();
    event.stopPropagation();
    tile.focus({ preventScroll: true });
  };

  /** @param {KeyboardEvent} event */
  const onKey = event => {
    /** @type {HTMLElement | null} */
    const tile = event.target.closest('[data-place]');
    if (!tile || event.altKey) return;
    const step = new Map([['ArrowLeft', -1], ['ArrowRight', 1], ['ArrowUp', -columns], ['ArrowDown', columns]])
      .get(event.key);
    if (step && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const wanted = Number(tile.dataset.place) + step;
      if (wanted >= 0) focusPlace(wanted, step > 0 ? 1 : -1, event.shiftKey);
    } else if (event.key === ' ') {
      event.preventDefault();
      tell(event.shiftKey ? 'SelectTo' : 'ToggleInput', tile.dataset.id);
    }
  };

  /** @param {KeyboardEvent} event */
  const onPageKey = event => {
    if (event.target.closest('input, textarea, select, dialog, [popover]')) return;
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      tell('SelectAll');
    } else if (event.key === 'Escape' && Number(wall.dataset.selected) > 0) {
      tell('ClearSelection');
    }
  };

  /**
   * The tile may have to be scrolled into being first.
   * @param {number} wanted
   * @param {1 | -1} direction
   * @param {boolean} select
   */
  const focusPlace = (wanted, direction, select, tries = 0) => {
    /** @type {HTMLElement | null} */
    const tile = wall.querySelector(`[data-place="${wanted}"]`);
    if (tile) {
      tile.focus({ preventScroll: true });
      tile.scrollIntoView({ block: 'nearest' });
      if (select) tell('SelectTo', tile.dataset.id);
    } else if (tries < 30) {
      if (tries === 0) wall.scrollTop += direction * 120;
      requestAnimationFrame(() => focusPlace(wanted, direction, select, tries + 1));
    }
  };

  /** @type {Lasso | null} */
  let lasso = null;
  /** @param {Lasso} drag */
  const areaOf = ({ startX, startY, x, y }) => {
    const box = room.getBoundingClientRect();
    const [endX, endY] = [x - box.left, y - box.top];
    return {
      left: Math.min(startX, endX), right: Math.max(startX, endX),
      top: Math.min(startY, endY), bottom: Math.max(startY, endY),
      step: (box.width + gap) / columns,
    };
  };

  const drawLasso = () => {
    if (!lasso?.mark) return;
    const box = wall.getBoundingClientRect();
    // Held at an edge, the wall goes on.
    if (lasso.y < box.top + 24) wall.scrollTop -= 14;
    else if (lasso.y > box.bottom - 24) wall.scrollTop += 14;
    const { left, right, top, bottom } = areaOf(lasso);
    Object.assign(lasso.mark.style, {
      left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`,
    });
    lasso.frame = requestAnimationFrame(drawLasso);
  };

  /** @param {PointerEvent} event */
  const onDown = event => {
    if (event.button !== 0 || event.pointerType === 'touch' || event.offsetX > wall.clientWidth) return;
    if (event.target.closest('.check, .trace')) return;
    const box = room.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    lasso = { startX: x - box.left, startY: y - box.top, fromX: x, fromY: y, x, y };
  };

  /** @param {PointerEvent} event */
  const onMove = event => {
    if (!lasso || lasso.isOver) return;
    [lasso.x, lasso.y] = [event.clientX, event.clientY];
    if (lasso.mark || Math.hypot(lasso.x - lasso.fromX, lasso.y - lasso.fromY) < lassoFrom) return;
    lasso.mark = document.createElement('div');
    lasso.mark.className = 'lasso';
    room.append(lasso.mark);
    wall.setPointerCapture(event.pointerId);
    drawLasso();
  };

  /** @param {PointerEvent} event */
  const onUp = event => {
    if (!lasso) return;
    if (!lasso.mark) {
      lasso = null;
      return;
    }
    const { left, right, top, bottom, step } = areaOf(lasso);
    cancelAnimationFrame(lasso.frame ?? 0);
    lasso.mark.remove();
    lasso.isOver = true;
    tell('SelectArea', Math.floor(top / rowHeight), Math.floor(bottom / rowHeight),
      Math.max(0, Math.floor(left / step)), Math.min(columns - 1, Math.floor(right / step)),
      event.shiftKey || event.ctrlKey || event.metaKey);
    // The click that ends the drag comes before the next task.
    setTimeout(() => { lasso = null; });
  };

  const { signal } = listeners;
  wall.addEventListener('scroll', onScroll, { passive: true, signal });
  wall.addEventListener('click', onClick, { capture: true, signal });
  wall.addEventListener('keydown', onKey, { signal });
  document.addEventListener('keydown', onPageKey, { signal });
  wall.addEventListener('pointerdown', onDown, { signal });
  wall.addEventListener('pointermove', onMove, { signal });
  wall.addEventListener('pointerup', onUp, { signal });
  wall.addEventListener('pointercancel', onUp, { signal });
  const resized = new ResizeObserver(look);
  resized.observe(wall);
  // More rows, after a refresh, may reach into the view.
  const counted = new MutationObserver(look);
  counted.observe(wall, { attributes: true, attributeFilter: ['data-rows'] });

  return {
    /**
     * @param {number} newWidth
     * @param {number} newHeight
     */
    setTileSize(newWidth, newHeight) {
      const first = wall.scrollTop / rowHeight * columns;
      [tileWidth, rowHeight] = [newWidth, newHeight];
      wall.scrollTop = Math.floor(first / fitting()) * rowHeight;
      return redraw();
    },
    toTop() {
      wall.scrollTop = 0;
      sessionStorage.removeItem(place);
      return redraw();
    },
    dispose() {
      listeners.abort();
      resized.disconnect();
      counted.disconnect();
    },
  };
}
