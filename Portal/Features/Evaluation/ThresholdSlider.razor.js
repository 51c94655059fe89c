// @ts-check
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const number = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/**
 * @param {number} of
 * @param {number} all
 */
const part = (of, all) => (all > 0 ? percent.format(of / all) : '–');

/**
 * Counts at each step of the threshold, and of all.
 * @typedef {object} Curve
 * @property {number[]} truePositives
 * @property {number[]} falsePositives
 * @property {number[]} accepted
 * @property {number} present
 * @property {number} inputs
 */

/**
 * Moves the threshold where it is dragged: nothing of it goes to the portal.
 * @param {HTMLElement} section
 */
export function attach(section) {
  /** @type {Curve} */
  const curve = JSON.parse(section.dataset.curve ?? '');
  const slider = /** @type {HTMLInputElement} */ (section.querySelector('input[type=range]'));
  const steps = Number(slider.max);
  const mark = section.querySelector('[data-mark]');
  /**
   * @param {string} what
   * @param {string} words
   */
  const say = (what, words) => {
    const place = section.querySelector(`[data-show=${what}]`);
    if (place) place.textContent = words;
  };
  const show = () => {
    const step = Number(slider.value);
    const [right, wrong, accepted] = [curve.truePositives[step], curve.falsePositives[step], curve.accepted[step]];
    const x = String(400 * step / steps);
    mark?.setAttribute('x1', x);
    mark?.setAttribute('x2', x);
    slider.setAttribute('aria-valuetext', number.format(step / steps));
    say('threshold', number.format(step / steps));
    say('precision', part(right, right + wrong));
    say('recall', part(right, curve.present));
    say('accepted', part(accepted, curve.inputs));
  };
  slider.addEventListener('input', show);
  show();
  return { dispose: () => slider.removeEventListener('input', show) };
}
