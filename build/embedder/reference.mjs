// Runs the original graph in TensorFlow.js and writes its embedding, for tests to compare the converted model with.
// usage: node reference.mjs <input.f32> <height> <width> <output.f32>
//   input:  raw little-endian float32, [3, height, width], RGB in [-1, 1] (what the ONNX model takes for N = 1)
//   output: raw little-endian float32, the embedding
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { embedder, graphModelFolder } from "./embedder.mjs";

const [inputPath, height, width, outputPath] = process.argv.slice(2);
if (!outputPath) {
  console.error("usage: node reference.mjs <input.f32> <height> <width> <output.f32>");
  process.exit(2);
}

tf.enableProdMode();
const model = await loadGraphModel({ load: readArtifacts });
const planes = tf.tensor(await readFloats(inputPath), [3, Number(height), Number(width)]);
const image = tf.expandDims(tf.transpose(planes, [1, 2, 0]), 0);
const layers = model.execute({ [embedder.graphInput]: image }, embedder.layers.map(layer => layer.node));
const embedding = tf.concat(layers.map(layer => tf.mean(layer, [1, 2])), 1);
await writeFile(outputPath, new Uint8Array(embedding.dataSync().buffer));

async function readFloats(path) {
  return new Float32Array(new Uint8Array(await readFile(path)).buffer);
}

async function readArtifacts() {
  const { modelTopology, weightsManifest } = JSON.parse(await readFile(join(graphModelFolder, "model.json"), "utf8"));
  const shards = await Promise.all(weightsManifest[0].paths.map(path => readFile(join(graphModelFolder, path))));
  return { modelTopology, weightSpecs: weightsManifest[0].weights, weightData: new Uint8Array(Buffer.concat(shards)).buffer };
}
