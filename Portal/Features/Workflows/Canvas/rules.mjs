// @ts-check
/** @typedef {import('./draft.d.ts').DraftNode} DraftNode */

/** Refuses what the server would refuse, at once and in its words. It checks the same again. */
export class Rules {
  #texts;

  /** @param {import('./draft.d.ts').RuleTexts} texts */
  constructor(texts) {
    this.#texts = texts;
  }

  /**
   * Why there cannot be so many nodes, or null where there can.
   * @param {number} count
   */
  tooMany(count) {
    const { maxNodes: most, tooManyNodes } = this.#texts;
    return count <= most ? null : fill(tooManyNodes, { count, most });
  }

  /**
   * Why an edge may not be drawn, or null where it may.
   * @param {DraftNode[]} nodes the draft's
   * @param {import('./draft.d.ts').Models} models
   * @param {string} sourceId
   * @param {string} targetId
   */
  refusal(nodes, models, sourceId, targetId) {
    const source = nodes.find(node => node.id === sourceId);
    const target = nodes.find(node => node.id === targetId);
    if (!source || !target) return null;
    const from = models.get(source.modelId);
    const to = models.get(target.modelId);
    // What a node without a model gives or takes nobody knows; the server asks for the model.
    if (from && to && from.output !== to.input) {
      const { ports } = this.#texts;
      return fill(this.#texts.typeMismatch, {
        target: targetId, targetType: to.typeName, takes: ports[to.input],
        source: sourceId, sourceType: from.typeName, gives: ports[from.output],
      });
    }
    if (target.inputs.includes(sourceId)) {
      return fill(this.#texts.duplicateInput, { target: targetId, source: sourceId });
    }
    const path = pathBetween(nodes, targetId, sourceId);
    return path && fill(this.#texts.cycle, { path: [...path, targetId].map(id => `'${id}'`).join(' → ') });
  }
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/**
 * Ids of a path along the edges, ends included, or null.
 * @param {DraftNode[]} nodes
 * @param {string} startId
 * @param {string} endId
 */
function pathBetween(nodes, startId, endId) {
  /** @type {Set<string>} */
  const visited = new Set();
  /**
   * @param {string} id
   * @returns {string[] | null}
   */
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
