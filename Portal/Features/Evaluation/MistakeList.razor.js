// @ts-check
import { queueOf } from '../Inputs/UnsentNotice.razor.js';

/**
 * ✓ and ✗ under a mistake decide; the same button again takes the correction back.
 * @param {HTMLElement} section
 * @param {string} api address of the app in the REST API
 * @param {string} user
 */
export function attach(section, api, user) {
  const queue = queueOf(user);
  /** @type {WeakMap<HTMLElement, {id: string, value: 0 | 1}>} */
  const made = new WeakMap();

  /**
   * @param {HTMLElement} article
   * @param {number} value
   */
  const paint = (article, value) => {
    /** @type {NodeListOf<HTMLElement>} */
    const buttons = article.querySelectorAll('[data-decide]');
    for (const button of buttons) {
      button.setAttribute('aria-pressed', String(Number(button.dataset.decide) === value));
    }
    article.toggleAttribute('data-corrected', value !== Number(article.dataset.own));
  };

  /** @param {MouseEvent} event */
  const onClick = event => {
    /** @type {HTMLElement | null} */
    const button = event.target.closest('[data-decide]');
    const article = button?.closest('article');
    if (!button || !article) return;
    const value = button.dataset.decide === '1' ? 1 : 0;
    const before = made.get(article);
    if (before?.value === value) {
      queue.undo(api, before.id);
      made.delete(article);
      paint(article, Number(article.dataset.own));
      return;
    }
    const { input = '', concept = '' } = article.dataset;
    const id = queue.decide(api, { inputId: input, conceptId: concept, value });
    made.set(article, { id, value });
    paint(article, value);
  };

  section.addEventListener('click', onClick);
  return { dispose: () => section.removeEventListener('click', onClick) };
}
