// @ts-check
// After a restart of the portal a page's circuit is gone and Blazor gives up on it: reload as soon as the portal
// answers again.
const notice = document.getElementById('components-reconnect-modal');
const lost = ['components-reconnect-failed', 'components-reconnect-resume-failed', 'components-reconnect-rejected'];
const patience = 20;
let waiting = false;

// Decisions that are on their way are let through first: reloading would ask whether to leave.
const hasUnsent = () => Object.keys(localStorage).some(key => key.startsWith('portal.decisions.'));

// A page that is reloaded loses the files a person chose; the upload needs no circuit to go on.
const isUploading = () => 'uploading' in document.documentElement.dataset;

async function reloadWhenBack() {
  if (waiting) return;
  waiting = true;
  for (let answered = 0; ;) {
    try {
      const answer = await fetch('/healthz', { cache: 'no-store' });
      if (answer.ok && !isUploading() && (!hasUnsent() || ++answered > patience)) return location.reload();
    } catch {
      // The portal is still away.
    }
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
}

if (notice) {
  new MutationObserver(() => {
    if (lost.some(name => notice.classList.contains(name))) reloadWhenBack();
  }).observe(notice, { attributes: true, attributeFilter: ['class'] });
}
