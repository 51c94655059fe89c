// Small pieces the desk is drawn from.
const svg = 'http://www.w3.org/2000/svg';

/** An element with attributes, listeners (onclick …) and children; what is false or missing is left out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element[name] = value;
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null && value !== '') element.setAttribute(name, value);
    else if (name === 'alt') element.alt = '';
  }
  element.append(...children.filter(child => child !== false && child !== undefined && child !== null));
  return element;
}

/** How much is done, as a ring. @param {number} fraction 0 to 1 */
export function ring(fraction) {
  const part = (name, length) => {
    const circle = document.createElementNS(svg, 'circle');
    for (const [key, value] of Object.entries({ class: name, cx: 14, cy: 14, r: 11, pathLength: 100, 'stroke-dasharray': `${length} 100` })) circle.setAttribute(key, value);
    return circle;
  };
  const drawing = document.createElementNS(svg, 'svg');
  const percent = Math.round(Math.max(0, Math.min(1, fraction)) * 100);
  for (const [key, value] of Object.entries({ class: 'ring', viewBox: '0 0 28 28', role: 'img', 'aria-label': `${percent} % done` })) drawing.setAttribute(key, value);
  drawing.append(part('track', 100), part('done', percent));
  return drawing;
}

/**
 * What becomes of every score from 0 to 1, with the score at hand as a marker.
 * @param {{from: number, to: number, end: 'success'|'pending'|'nothing'}[]} segments
 */
export function route(segments, score) {
  const words = segments.map(part => `${part.from.toFixed(2)} to ${part.to.toFixed(2)} ${part.end}`).join(', ');
  const at = element => { element.style.left = `${Math.max(0, Math.min(1, score)) * 100}%`; return element; };
  return h('span', { class: 'route', role: 'img', 'aria-label': `${words}${words ? '; ' : ''}score ${score.toFixed(2)}`, title: words },
    ...segments.map(part => {
      const stretch = h('span', { class: part.end });
      stretch.style.left = `${part.from * 100}%`;
      stretch.style.width = `${(part.to - part.from) * 100}%`;
      return stretch;
    }), at(h('b', {})));
}
