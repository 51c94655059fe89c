/**
 * Why an edge may not be drawn, in words, or null where it may. The server checks the same again.
 * @param nodes the draft's nodes
 * @param models models by id
 */
export function refusal(nodes, models, sourceId, targetId) {
  const source = nodes.find(node => node.id === sourceId);
  const target = nodes.find(node => node.id === targetId);
  if (source === target) return 'A node cannot read from itself.';
  const from = models.get(source.modelId);
  const to = models.get(target.modelId);
  if (!from || !to) return 'Choose a model that still exists for this node first.';
  if (to.input === 'None') return `${to.name} reads the picture itself, so nothing connects into it.`;
  if (from.output !== to.input) return `${from.name} gives ${flow(from.output)}, and ${to.name} reads ${flow(to.input)}.`;
  if (target.inputs.includes(sourceId)) return `${targetId} reads from ${sourceId} already.`;
  const path = pathBetween(nodes, targetId, sourceId);
  return path ? `That would make a cycle: ${[...path, targetId].join(' → ')}. Scores only flow forward.` : null;
}

function flow(port) {
  return port === 'Concepts' ? 'concepts' : 'an embedding';
}

/** Ids of a path along the edges, ends included, or null. */
function pathBetween(nodes, startId, endId) {
  const visited = new Set();
  const walk = id => {
    if (id === endId) return [id];
    visited.add(id);
    for (const next of nodes.filter(node => node.inputs.includes(id) && !visited.has(node.id))) {
      const rest = walk(next.id);
      if (rest) return [id, ...rest];
    }
    return null;
  };
  return walk(startId);
}
