// Reads a TensorFlow.js graph model: its nodes, and its float32 and int32 weights from the shards.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const arrayTypes = { float32: Float32Array, int32: Int32Array };

/** Returns { nodes: Map(name → node), weights: Map(name → { shape, values }) }. */
export async function readGraphModel(folder) {
  const model = JSON.parse(await readFile(join(folder, "model.json"), "utf8"));
  const weights = new Map();
  for (const group of model.weightsManifest) {
    const shards = await Promise.all(group.paths.map(path => readFile(join(folder, path))));
    readWeights(group.weights, Buffer.concat(shards), weights);
  }
  return { nodes: new Map(model.modelTopology.node.map(node => [node.name, node])), weights };
}

function readWeights(entries, bytes, weights) {
  let offset = 0;
  for (const { name, shape, dtype, quantization } of entries) {
    const ArrayType = arrayTypes[dtype];
    if (!ArrayType || quantization) {
      throw new Error(`Weight ${name} is ${quantization ? "quantised" : dtype}; only plain float32 and int32 are read.`);
    }
    const size = shape.reduce((product, length) => product * length, 1) * ArrayType.BYTES_PER_ELEMENT;
    weights.set(name, { shape, values: new ArrayType(new Uint8Array(bytes.subarray(offset, offset + size)).buffer) });
    offset += size;
  }
}

/** The nodes that `outputs` depend on, in an order that runs, not going past `input`, which is left out; weights are left out too. */
export function cutGraph({ nodes, weights }, input, outputs) {
  const visited = new Set([input]);
  const ordered = [];
  const visit = name => {
    if (visited.has(name) || weights.has(name)) return;
    visited.add(name);
    const node = nodes.get(name);
    if (!node) throw new Error(`The graph has no node ${name}.`);
    node.input.forEach(visit);
    ordered.push(node);
  };
  outputs.forEach(visit);
  return ordered;
}
