const controls = 'button, a, summary, label, input, textarea, select, video, [role="button"], [contenteditable="true"]';

export function attach(player, unplayable) {
  const film = player.closest('[data-film]');
  const listeners = new AbortController();
  const on = (target, handler, ...types) => types.forEach(type => target.addEventListener(type, handler, { signal: listeners.signal }));

  const goTo = ms => { player.currentTime = ms / 1000; };
  const say = () => { unplayable.hidden = player.error === null; };
  const show = () => film.style.setProperty('--at', player.currentTime / player.duration || 0);

  on(film, event => {
    const target = event.target.closest('[data-time]');
    if (target) goTo(Number(target.dataset.time));
  }, 'click');
  on(document, event => {
    // A focused control keeps its own keys, and so does the player.
    if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(controls) || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    if (event.repeat) return;
    // Where it cannot play, it says so itself.
    if (player.paused) player.play().catch(() => {});
    else player.pause();
  }, 'keydown');
  on(player, say, 'error', 'loadedmetadata');
  on(player, show, 'loadedmetadata', 'timeupdate', 'seeking');
  // All of that may have happened before this script was here.
  say();
  show();
  return {
    area: film,
    goTo,
    dispose: () => listeners.abort(),
  };
}
