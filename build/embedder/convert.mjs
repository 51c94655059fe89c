// Converts the embedder's graph to ONNX and writes it with its definition.
// usage: node convert.mjs <output folder>
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dimensions, embedder, graphModelFolder } from "./embedder.mjs";
import { cutGraph, readGraphModel } from "./graph-model.mjs";
import { OnnxGraph } from "./onnx-graph.mjs";
import { operators } from "./operators.mjs";
import { moveBiasesToConvolutions } from "./simplify.mjs";

const outputFolder = process.argv[2];
if (!outputFolder) {
  console.error("usage: node convert.mjs <output folder>");
  process.exit(2);
}

const model = await readGraphModel(graphModelFolder);
await mkdir(outputFolder, { recursive: true });
await writeFile(join(outputFolder, `${embedder.name}.onnx`), convert(model));
await writeFile(join(outputFolder, `${embedder.name}.json`), JSON.stringify(definition(), null, 2) + "\n");

function convert({ nodes, weights }) {
  const graph = new OnnxGraph();
  const context = {
    graph,
    weight: name => weights.get(name) ?? fail(`${name} is not a constant.`),
    value: name => {
      if (name === embedder.graphInput) return embedder.input.name;
      return weights.has(name) ? channelConstant(graph, name, weights.get(name)) : name;
    },
  };

  const layers = embedder.layers.map(layer => layer.node);
  const cut = cutGraph({ nodes, weights }, embedder.graphInput, layers);
  for (const node of moveBiasesToConvolutions(cut, name => weights.has(name))) {
    const operator = operators[node.op] ?? fail(`${node.name}: operator ${node.op} is not converted.`);
    operator(node, context);
  }

  const means = layers.map(layer => graph.node("GlobalAveragePool", `${layer}/mean`, [layer]));
  const joined = graph.node("Concat", `${embedder.output}/joined`, means, { axis: 1 });
  graph.node("Flatten", embedder.output, [joined], { axis: 1 });
  return graph.encode(
    embedder.name,
    { name: embedder.input.name, shape: ["N", 3, "height", "width"] },
    { name: embedder.output, shape: ["N", dimensions] },
    "AutoAnnotate Portal");
}

/** A vector over channels, shaped so that it broadcasts over [N, C, height, width]. */
function channelConstant(graph, name, { shape, values }) {
  if (shape.length !== 1) fail(`${name}: a constant operand must be a vector over channels, not of rank ${shape.length}.`);
  return graph.constant(name, [shape[0], 1, 1], values);
}

function definition() {
  return {
    name: embedder.name,
    file: `${embedder.name}.onnx`,
    input: embedder.input,
    outputs: [embedder.output],
    dimensions,
  };
}

function fail(message) {
  throw new Error(message);
}
