// @ts-check
const controls =
  'button, a, summary, label, input, textarea, select, video, [role="button"], [contenteditable="true"]';

/**
 * @param {HTMLVideoElement} player
 * @param {HTMLElement} unplayable says that the browser cannot play the video
 */
export function attach(player, unplayable) {
  const video = /** @type {HTMLElement} */ (player.closest('[data-video]'));
  const listeners = new AbortController();
  const { signal } = listeners;

  /** @param {number} ms */
  const goTo = ms => { player.currentTime = ms / 1000; };
  const say = () => { unplayable.hidden = player.error === null; };
  const show = () => video.style.setProperty('--at', String(player.currentTime / player.duration || 0));

  video.addEventListener('click', event => {
    /** @type {HTMLElement | null} */
    const target = event.target.closest('[data-time]');
    if (target) goTo(Number(target.dataset.time));
  }, { signal });
  document.addEventListener('keydown', event => {
    if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
    // A focused control keeps its own keys, and so does the player.
    if (event.target.closest(controls) || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    if (event.repeat) return;
    // Where it cannot play, it says so itself.
    if (player.paused) player.play().catch(() => {});
    else player.pause();
  }, { signal });
  for (const type of ['error', 'loadedmetadata']) player.addEventListener(type, say, { signal });
  for (const type of ['loadedmetadata', 'timeupdate', 'seeking']) player.addEventListener(type, show, { signal });
  // All of that may have happened before this script was here.
  say();
  show();
  return {
    area: video,
    goTo,
    dispose: () => listeners.abort(),
  };
}
