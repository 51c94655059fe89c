// @ts-check
// Runs before the first paint, so that no page flashes in the other theme. The reader's choice is 'light', 'dark' or
// 'system'.
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const choice = localStorage.getItem('theme') ?? 'system';
    document.documentElement.dataset.theme = choice === 'system' ? (system.matches ? 'dark' : 'light') : choice;
  };
  apply();
  system.addEventListener('change', apply);
  addEventListener('storage', apply);
  document.addEventListener('portal:theme', apply);
})();
