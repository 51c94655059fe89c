// Collects nodes and initializers and writes them as an ONNX model. Bytes depend on the calls alone.
import onnxProto from "onnx-proto";

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;
const operatorSet = 13;
const irVersion = 7;

export class OnnxGraph {
  #nodes = [];
  #initializers = new Map();

  /** Adds a float32 constant, once for each name, and returns the name. */
  constant(name, shape, values) {
    if (!this.#initializers.has(name)) {
      // Raw tensor data is little-endian, as Float32Array is on every platform Node.js runs on.
      const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      this.#initializers.set(name, { name, dims: shape, dataType: DataType.FLOAT, rawData });
    }
    return name;
  }

  /** Adds a node whose one output bears its name, and returns the name. Attributes are integers, lists of integers or strings. */
  node(opType, name, input, attributes = {}) {
    const attribute = Object.entries(attributes).map(([key, value]) => toAttribute(key, value));
    this.#nodes.push({ opType, name, input, output: [name], attribute });
    return name;
  }

  /** The model's bytes. Dimensions are numbers, or strings where they are free. */
  encode(graphName, input, output, producer) {
    const model = {
      irVersion,
      opsetImport: [{ domain: "", version: operatorSet }],
      producerName: producer,
      graph: {
        name: graphName,
        node: this.#nodes,
        initializer: [...this.#initializers.values()],
        input: [toValueInfo(input)],
        output: [toValueInfo(output)],
      },
    };
    const problem = onnx.ModelProto.verify(model);
    if (problem) throw new Error(`The ONNX model is malformed: ${problem}`);
    return onnx.ModelProto.encode(model).finish();
  }
}

function toAttribute(name, value) {
  if (typeof value === "string") return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if (Array.isArray(value)) return { name, type: AttributeType.INTS, ints: value };
  return { name, type: AttributeType.INT, i: value };
}

function toValueInfo({ name, shape }) {
  const dim = shape.map(length => (typeof length === "string" ? { dimParam: length } : { dimValue: length }));
  return { name, type: { tensorType: { elemType: DataType.FLOAT, shape: { dim } } } };
}
