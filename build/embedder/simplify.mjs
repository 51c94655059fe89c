// One rewrite that lets ONNX Runtime keep a whole residual block in its blocked layout.

/**
 * bias + AddN(convolution, shortcut)  →  AddN(convolution + bias, shortcut).
 * ONNX Runtime merges a bias into the convolution right before it, and cannot reach over the sum; left there, each block pays two layout changes.
 * Takes nodes in running order and returns new ones, in running order.
 */
export function moveBiasesToConvolutions(nodes, isConstant) {
  const byName = new Map(nodes.map(node => [node.name, node]));
  const uses = new Map();
  for (const name of nodes.flatMap(node => node.input)) uses.set(name, (uses.get(name) ?? 0) + 1);

  const replacements = new Map();
  for (const node of nodes) {
    if (node.op !== "Add") continue;
    const bias = node.input.find(isConstant);
    const sum = byName.get(node.input.find(name => name !== bias));
    if (!bias || sum?.op !== "AddN" || uses.get(sum.name) !== 1) continue;
    const convolution = sum.input.find(name => byName.get(name)?.op === "Conv2D");
    if (!convolution) continue;
    const biased = { op: "Add", name: `${convolution}/biased`, input: [convolution, bias] };
    const input = sum.input.map(name => (name === convolution ? biased.name : name));
    replacements.set(sum.name, []);
    replacements.set(node.name, [biased, { op: "AddN", name: node.name, input }]);
  }
  return nodes.flatMap(node => replacements.get(node.name) ?? [node]);
}
