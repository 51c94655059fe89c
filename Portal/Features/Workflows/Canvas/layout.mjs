export const cardSize = { width: 176, height: 96 };
const step = { x: cardSize.width + 48, y: cardSize.height + 28 };

/**
 * Positions by id: a column for each depth in the graph, each column centred, each node near what it reads from.
 * Of the sides of a cycle, which only a list can make, one counts as the first.
 */
export function tidy(nodes) {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const depths = new Map();
  const depthOf = (node, above) => {
    if (depths.has(node.id)) return depths.get(node.id);
    const inputs = node.inputs.map(id => byId.get(id)).filter(input => input && !above.includes(input));
    const depth = inputs.length === 0 ? 0 : 1 + Math.max(...inputs.map(input => depthOf(input, [...above, node])));
    depths.set(node.id, depth);
    return depth;
  };
  const columns = [];
  for (const node of nodes) (columns[depthOf(node, [])] ??= []).push(node);

  const places = new Map();
  columns.forEach((column, depth) => {
    const rows = new Map(column.map(node => {
      const above = node.inputs.map(id => places.get(id)?.y).filter(y => y !== undefined);
      return [node.id, above.length === 0 ? 0 : above.reduce((sum, y) => sum + y, 0) / above.length];
    }));
    const ordered = column.toSorted((a, b) => rows.get(a.id) - rows.get(b.id));
    const middle = ordered.reduce((sum, node) => sum + rows.get(node.id), 0) / ordered.length;
    ordered.forEach((node, row) => places.set(node.id, {
      x: depth * step.x,
      y: Math.round(middle + (row - (ordered.length - 1) / 2) * step.y),
    }));
  });
  return places;
}

/** A place for one more node: right of what it reads from, and under whatever is there already. */
export function placeFor(node, placed) {
  const inputs = placed.filter(other => node.inputs.includes(other.id));
  const x = inputs.length > 0 ? Math.max(...inputs.map(input => input.x)) + step.x : node.x ?? 0;
  let y = inputs.length > 0 ? inputs[0].y : node.y ?? 0;
  while (placed.some(other => Math.abs(other.x - x) < cardSize.width && Math.abs(other.y - y) < cardSize.height)) y += step.y;
  return { x, y };
}
