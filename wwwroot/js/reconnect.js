// After a restart of the portal a page's circuit is gone and Blazor gives up on it: reload as soon as the portal answers again.
const notice = document.getElementById('components-reconnect-modal');
const lost = ['components-reconnect-failed', 'components-reconnect-rejected'];
let waiting = false;

async function reloadWhenBack() {
  if (waiting) return;
  waiting = true;
  for (;;) {
    try {
      const answer = await fetch('/healthz', { cache: 'no-store' });
      if (answer.ok) return location.reload();
    } catch {
      // The portal is still away.
    }
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
}

new MutationObserver(() => {
  if (lost.some(name => notice.classList.contains(name))) reloadWhenBack();
}).observe(notice, { attributes: true, attributeFilter: ['class'] });
