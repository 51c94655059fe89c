// Gestures of the wall stay here: .NET hears which rows to draw, one window after another, and each gesture once, when it has ended.
const gap = 10;
const lassoFrom = 6;

export function attach(wall, page, width, height) {
  const room = wall.firstElementChild;
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
  const tell = (method, ...values) => page.invokeMethodAsync(method, ...values).catch(() => {});

  const fitting = () => {
    const style = getComputedStyle(wall);
    const space = wall.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return Math.max(2, Math.floor((space + gap) / (tileWidth + gap)));
  };

  // One request at a time; when it is answered, the view is looked at again, so the wall ends up where the scrolling did.
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

  const tileOf = target => target.closest('.cell')?.querySelector('[data-place]');

  const onClick = event => {
    if (lasso?.isDrawn) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const tile = event.target.closest('.trace') ? null : tileOf(event.target);
    if (!tile) return;
    const isCheck = event.target.closest('.check');
    if (event.shiftKey) tell('SelectTo', tile.dataset.id);
    else if (isCheck || event.ctrlKey || event.metaKey || Number(wall.dataset.selected) > 0) tell('ToggleInput', tile.dataset.id);
    else {
      sessionStorage.setItem(place, wall.scrollTop);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    tile.focus({ preventScroll: true });
  };

  const onKey = event => {
    const tile = event.target.closest('[data-place]');
    if (!tile || event.altKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (step && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const wanted = Number(tile.dataset.place) + step;
      if (wanted >= 0) focusPlace(wanted, step > 0 ? 1 : -1, event.shiftKey);
    } else if (event.key === ' ') {
      event.preventDefault();
      tell(event.shiftKey ? 'SelectTo' : 'ToggleInput', tile.dataset.id);
    }
  };

  const onPageKey = event => {
    if (event.target.closest('input, textarea, select, dialog, [popover]')) return;
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      tell('SelectAll');
    } else if (event.key === 'Escape' && Number(wall.dataset.selected) > 0) {
      tell('ClearSelection');
    }
  };

  // The tile may have to be scrolled into being first.
  const focusPlace = (wanted, direction, select, tries = 0) => {
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

  let lasso = null;
  const areaOf = () => {
    const box = room.getBoundingClientRect();
    const [x, y] = [lasso.x - box.left, lasso.y - box.top];
    return { left: Math.min(lasso.startX, x), right: Math.max(lasso.startX, x), top: Math.min(lasso.startY, y), bottom: Math.max(lasso.startY, y), step: (box.width + gap) / columns };
  };

  const drawLasso = () => {
    if (!lasso?.isDrawn) return;
    const box = wall.getBoundingClientRect();
    // Held at an edge, the wall goes on.
    if (lasso.y < box.top + 24) wall.scrollTop -= 14;
    else if (lasso.y > box.bottom - 24) wall.scrollTop += 14;
    const area = areaOf();
    Object.assign(lasso.mark.style, { left: `${area.left}px`, top: `${area.top}px`, width: `${area.right - area.left}px`, height: `${area.bottom - area.top}px` });
    lasso.frame = requestAnimationFrame(drawLasso);
  };

  const onDown = event => {
    if (event.button !== 0 || event.pointerType === 'touch' || event.target.closest('.check, .trace') || event.offsetX > wall.clientWidth) return;
    const box = room.getBoundingClientRect();
    lasso = { startX: event.clientX - box.left, startY: event.clientY - box.top, fromX: event.clientX, fromY: event.clientY, x: event.clientX, y: event.clientY };
  };

  const onMove = event => {
    if (!lasso || lasso.isOver) return;
    [lasso.x, lasso.y] = [event.clientX, event.clientY];
    if (lasso.isDrawn || Math.hypot(lasso.x - lasso.fromX, lasso.y - lasso.fromY) < lassoFrom) return;
    lasso.isDrawn = true;
    lasso.mark = document.createElement('div');
    lasso.mark.className = 'lasso';
    room.append(lasso.mark);
    wall.setPointerCapture(event.pointerId);
    drawLasso();
  };

  const onUp = event => {
    if (!lasso) return;
    if (!lasso.isDrawn) {
      lasso = null;
      return;
    }
    const area = areaOf();
    cancelAnimationFrame(lasso.frame);
    lasso.mark.remove();
    lasso.isOver = true;
    tell('SelectArea', Math.floor(area.top / rowHeight), Math.floor(area.bottom / rowHeight),
      Math.max(0, Math.floor(area.left / area.step)), Math.min(columns - 1, Math.floor(area.right / area.step)), event.shiftKey || event.ctrlKey || event.metaKey);
    // The click that ends the drag comes before the next task.
    setTimeout(() => { lasso = null; });
  };

  const on = (target, type, handler, options) => target.addEventListener(type, handler, { ...options, signal: listeners.signal });
  on(wall, 'scroll', onScroll, { passive: true });
  on(wall, 'click', onClick, { capture: true });
  on(wall, 'keydown', onKey);
  on(document, 'keydown', onPageKey);
  on(wall, 'pointerdown', onDown);
  on(wall, 'pointermove', onMove);
  on(wall, 'pointerup', onUp);
  on(wall, 'pointercancel', onUp);
  const resized = new ResizeObserver(look);
  resized.observe(wall);
  // More rows, after a refresh, may reach into the view.
  const counted = new MutationObserver(look);
  counted.observe(wall, { attributes: true, attributeFilter: ['data-rows'] });

  return {
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
