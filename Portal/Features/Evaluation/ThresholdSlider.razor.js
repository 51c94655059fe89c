const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const number = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const part = (of, all) => (all > 0 ? percent.format(of / all) : '–');

/** Moves the threshold where it is dragged: nothing of it goes to the portal. */
export function attach(section) {
  const curve = JSON.parse(section.dataset.curve);
  const slider = section.querySelector('input[type=range]');
  const mark = section.querySelector('[data-mark]');
  const say = (what, words) => { section.querySelector(`[data-show=${what}]`).textContent = words; };
  const show = () => {
    const step = Number(slider.value);
    const [right, wrong, accepted] = [curve.truePositives[step], curve.falsePositives[step], curve.accepted[step]];
    const x = 400 * step / slider.max;
    mark.setAttribute('x1', x);
    mark.setAttribute('x2', x);
    slider.setAttribute('aria-valuetext', number.format(step / slider.max));
    say('threshold', number.format(step / slider.max));
    say('precision', part(right, right + wrong));
    say('recall', part(right, curve.present));
    say('accepted', part(accepted, curve.inputs));
  };
  slider.addEventListener('input', show);
  show();
  return { dispose: () => slider.removeEventListener('input', show) };
}
