// Marks and frames seek in the film. Its address may name a time: ?t=milliseconds.
export function attach(page) {
  const player = () => page.querySelector('[data-player]');
  const seek = ms => {
    const film = player();
    if (film) film.currentTime = ms / 1000;
  };
  const onClick = event => {
    const target = event.target.closest('[data-time]');
    if (target) seek(Number(target.dataset.time));
  };
  const onError = event => {
    if (event.target === player()) page.querySelector('[data-unplayable]').hidden = false;
  };
  page.addEventListener('click', onClick);
  // A film's error does not rise through the page.
  page.addEventListener('error', onError, true);
  const time = Number(new URLSearchParams(location.search).get('t'));
  if (time > 0) seek(time);
  return {
    dispose() {
      page.removeEventListener('click', onClick);
      page.removeEventListener('error', onError, true);
    },
  };
}
