// Gestures of the wall stay here: .NET hears how many columns fit and whether the top is in view, each once per change.
const gap = 10;

export function attach(wall, page, width) {
  let tileWidth = width;
  let columns = 0;
  let atTop = true;
  const place = `wall:${location.pathname}${location.search}`;

  const measure = () => {
    const style = getComputedStyle(wall);
    const room = wall.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const fitting = Math.max(2, Math.floor((room + gap) / (tileWidth + gap)));
    if (fitting === columns) return;
    columns = fitting;
    tell('SetColumns', columns).then(restore);
  };

  // Calls fail while the connection is away; what they would say is read again by the next one.
  const tell = (method, value) => page.invokeMethodAsync(method, value).catch(() => {});

  // Back from an input, the wall stands where it was left.
  let restored = false;
  const restore = () => {
    if (restored) return;
    restored = true;
    const top = Number(sessionStorage.getItem(place));
    if (!top) return;
    let tries = 0;
    const step = () => {
      wall.scrollTop = top;
      if (wall.scrollTop < top - 1 && ++tries < 60) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  };

  const onScroll = () => {
    const isAtTop = wall.scrollTop < 40;
    if (isAtTop === atTop) return;
    atTop = isAtTop;
    tell('SetAtTop', atTop);
  };

  const onOpen = event => {
    if (event.target.closest('[data-place]')) sessionStorage.setItem(place, wall.scrollTop);
  };

  const onKey = event => {
    const tile = event.target.closest('[data-place]');
    if (!tile || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (!step) return;
    event.preventDefault();
    const wanted = Number(tile.dataset.place) + step;
    if (wanted >= 0) focusPlace(wanted, step > 0 ? 1 : -1);
  };

  // The tile may have to be scrolled into being first.
  const focusPlace = (wanted, direction, tries = 0) => {
    const tile = wall.querySelector(`[data-place="${wanted}"]`);
    if (tile) {
      tile.focus({ preventScroll: true });
      tile.scrollIntoView({ block: 'nearest' });
    } else if (tries < 30) {
      if (tries === 0) wall.scrollTop += direction * 120;
      requestAnimationFrame(() => focusPlace(wanted, direction, tries + 1));
    }
  };

  const observer = new ResizeObserver(measure);
  observer.observe(wall);
  wall.addEventListener('scroll', onScroll, { passive: true });
  wall.addEventListener('click', onOpen, true);
  wall.addEventListener('keydown', onKey);

  return {
    setTileWidth(value) {
      tileWidth = value;
      measure();
    },
    toTop() {
      wall.scrollTop = 0;
      sessionStorage.removeItem(place);
    },
    dispose() {
      observer.disconnect();
      wall.removeEventListener('scroll', onScroll);
      wall.removeEventListener('click', onOpen, true);
      wall.removeEventListener('keydown', onKey);
    },
  };
}
