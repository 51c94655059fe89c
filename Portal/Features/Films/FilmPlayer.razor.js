// Marks and frames lead the player to their time.
export function attach(root) {
  const player = root.querySelector('[data-player]');
  const unplayable = root.querySelector('[data-unplayable]');
  const onClick = event => {
    const target = event.target.closest('[data-time]');
    if (target) player.currentTime = Number(target.dataset.time) / 1000;
  };
  const say = () => { unplayable.hidden = player.error === null; };
  root.addEventListener('click', onClick);
  player.addEventListener('error', say);
  player.addEventListener('loadedmetadata', say);
  // It may have failed before this script was here.
  say();
  return {
    dispose() {
      root.removeEventListener('click', onClick);
      player.removeEventListener('error', say);
      player.removeEventListener('loadedmetadata', say);
    },
  };
}
