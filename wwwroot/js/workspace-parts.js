// @ts-check
// Small pieces the workspace is drawn from.
const svg = 'http://www.w3.org/2000/svg';

/**
 * An element with attributes, listeners (onclick …) and children; what is false or missing is left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{onclick?: () => void, onchange?: (event: Event) => void, [name: string]: unknown}} attributes
 * @param {...(Node | string | false | null | undefined)} children
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) Object.assign(element, { [name]: value });
    else if (value === true) element.setAttribute(name, '');
    else if (name === 'alt' && value === '') element.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null && value !== '') {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter(child => child !== false && child !== undefined && child !== null));
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 */
function drawn(tag, attributes) {
  const element = document.createElementNS(svg, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/**
 * How much is done, as a ring.
 * @param {number} fraction 0 to 1
 */
export function ring(fraction) {
  const percent = Math.round(Math.max(0, Math.min(1, fraction)) * 100);
  /**
   * @param {string} name
   * @param {number} length
   */
  const part = (name, length) =>
    drawn('circle', { class: name, cx: 14, cy: 14, r: 11, pathLength: 100, 'stroke-dasharray': `${length} 100` });
  const drawing = drawn('svg', { class: 'ring', viewBox: '0 0 28 28', role: 'img', 'aria-label': `${percent} % done` });
  drawing.append(part('track', 100), part('done', percent));
  return drawing;
}

/**
 * What becomes of every score from 0 to 1, with the score at hand as a marker.
 * @param {import('./work-batch.js').Segment[]} segments
 * @param {number} score
 */
export function route(segments, score) {
  const words = segments.map(part => `${part.from.toFixed(2)} to ${part.to.toFixed(2)} ${part.end}`).join(', ');
  const label = `${words}${words ? '; ' : ''}score ${score.toFixed(2)}`;
  const marker = h('b', {});
  marker.style.left = `${Math.max(0, Math.min(1, score)) * 100}%`;
  const stretches = segments.map(part => {
    const stretch = h('span', { class: part.end });
    stretch.style.left = `${part.from * 100}%`;
    stretch.style.width = `${(part.to - part.from) * 100}%`;
    return stretch;
  });
  return h('span', { class: 'route', role: 'img', 'aria-label': label, title: words }, ...stretches, marker);
}
