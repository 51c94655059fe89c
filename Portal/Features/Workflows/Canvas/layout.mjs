// @ts-check
/**
 * @typedef {import('./draft.d.ts').Place} Place
 * @typedef {Pick<import('./draft.d.ts').DraftNode, 'id' | 'inputs'>} Linked
 */

export const cardSize = { width: 176, height: 96 };
const step = { x: cardSize.width + 48, y: cardSize.height + 28 };

/**
 * Positions by id: a column for each depth in the graph, each column centred, each node near what it reads from.
 * Of the sides of a cycle, which only a list can make, one counts as the first.
 * @param {Linked[]} nodes
 */
export function tidy(nodes) {
  const byId = new Map(nodes.map(node => [node.id, node]));
  /** @type {Map<string, number>} */
  const depths = new Map();
  /**
   * @param {Linked} node
   * @param {Linked[]} above
   * @returns {number}
   */
  const depthOf = (node, above) => {
    const known = depths.get(node.id);
    if (known !== undefined) return known;
    const inputs = node.inputs.flatMap(id => byId.get(id) ?? []).filter(input => !above.includes(input));
    const depth = inputs.length === 0 ? 0 : 1 + Math.max(...inputs.map(input => depthOf(input, [...above, node])));
    depths.set(node.id, depth);
    return depth;
  };
  /** @type {Linked[][]} */
  const columns = [];
  for (const node of nodes) (columns[depthOf(node, [])] ??= []).push(node);

  /** @type {Map<string, Place>} */
  const places = new Map();
  columns.forEach((column, depth) => {
    const ordered = column.map(({ id, inputs }) => {
      const above = inputs.map(input => places.get(input)?.y).filter(y => y !== undefined);
      return { id, row: above.length === 0 ? 0 : above.reduce((sum, y) => sum + y, 0) / above.length };
    }).sort((a, b) => a.row - b.row);
    const middle = ordered.reduce((sum, node) => sum + node.row, 0) / ordered.length;
    ordered.forEach((node, row) => places.set(node.id, {
      x: depth * step.x,
      y: Math.round(middle + (row - (ordered.length - 1) / 2) * step.y),
    }));
  });
  return places;
}

/**
 * A place for one more node: right of what it reads from, and under whatever is there already.
 * @param {Pick<import('./draft.d.ts').DraftNode, 'inputs' | 'x' | 'y'>} node
 * @param {(Place & {id: string})[]} placed
 * @returns {Place}
 */
export function placeFor(node, placed) {
  const inputs = placed.filter(other => node.inputs.includes(other.id));
  const x = inputs.length > 0 ? Math.max(...inputs.map(input => input.x)) + step.x : node.x ?? 0;
  let y = inputs.length > 0 ? inputs[0].y : node.y ?? 0;
  const { width, height } = cardSize;
  while (placed.some(other => Math.abs(other.x - x) < width && Math.abs(other.y - y) < height)) y += step.y;
  return { x, y };
}
