import { queueOf } from '../Inputs/UnsentNotice.razor.js';

/** ✓ and ✗ under a mistake decide; the same button again takes the correction back. */
export function attach(section, api, user) {
  const queue = queueOf(user);
  const made = new WeakMap();

  const paint = (article, value) => {
    for (const button of article.querySelectorAll('[data-decide]')) button.setAttribute('aria-pressed', String(Number(button.dataset.decide) === value));
    article.toggleAttribute('data-corrected', value !== Number(article.dataset.own));
  };

  const onClick = event => {
    const button = event.target.closest('[data-decide]');
    if (!button) return;
    const article = button.closest('article');
    const before = made.get(article);
    if (before && before.value === Number(button.dataset.decide)) {
      queue.undo(api, before.id);
      made.delete(article);
      paint(article, Number(article.dataset.own));
      return;
    }
    const value = Number(button.dataset.decide);
    const id = queue.decide(api, { inputId: article.dataset.input, conceptId: article.dataset.concept, value });
    made.set(article, { id, value });
    paint(article, value);
  };

  section.addEventListener('click', onClick);
  return { dispose: () => section.removeEventListener('click', onClick) };
}
