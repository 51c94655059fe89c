/** Refuses what the server would refuse, at once and in its words. It checks the same again. */
export class Rules {
  #texts;

  /** @param texts the server's sentences, with {names} to fill in; the words of the ports; the most nodes */
  constructor(texts) {
    this.#texts = texts;
  }

  /** Why there cannot be so many nodes, or null where there can. */
  tooMany(count) {
    return count <= this.#texts.maxNodes ? null : fill(this.#texts.tooManyNodes, { count, most: this.#texts.maxNodes });
  }

  /**
   * Why an edge may not be drawn, or null where it may.
   * @param nodes the draft's nodes
   * @param models models by id
   */
  refusal(nodes, models, sourceId, targetId) {
    const target = nodes.find(node => node.id === targetId);
    const from = models.get(nodes.find(node => node.id === sourceId).modelId);
    const to = models.get(target.modelId);
    // What a node without a model gives or takes nobody knows; the server asks for the model.
    if (from && to && from.output !== to.input) {
      const { ports } = this.#texts;
      return fill(this.#texts.typeMismatch, {
        target: targetId, targetType: to.typeName, takes: ports[to.input], source: sourceId, sourceType: from.typeName, gives: ports[from.output],
      });
    }
    if (target.inputs.includes(sourceId)) return fill(this.#texts.duplicateInput, { target: targetId, source: sourceId });
    const path = pathBetween(nodes, targetId, sourceId);
    return path && fill(this.#texts.cycle, { path: [...path, targetId].map(id => `'${id}'`).join(' → ') });
  }
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
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
