// TensorFlow operators (NHWC, weights HWIO) as ONNX operators (NCHW, weights OIHW). One function for each operator the backbone uses.

const axes = { height: 1, width: 2 };

export const operators = {
  Conv2D(node, context) {
    const kernel = context.weight(node.input[1]);
    const [height, width, input, output] = kernel.shape;
    const values = transpose(kernel, [output, input, height, width], ([o, i, y, x]) => [y, x, i, o]);
    const weight = context.graph.constant(node.input[1], [output, input, height, width], values);
    return context.graph.node("Conv", node.name, [context.value(node.input[0]), weight], convolution(node, [height, width], 1));
  },

  DepthwiseConv2dNative(node, context) {
    const kernel = context.weight(node.input[1]);
    const [height, width, channels, multiplier] = kernel.shape;
    const shape = [channels * multiplier, 1, height, width];
    const values = transpose(kernel, shape, ([c, , y, x]) => [y, x, Math.floor(c / multiplier), c % multiplier]);
    const weight = context.graph.constant(node.input[1], shape, values);
    return context.graph.node("Conv", node.name, [context.value(node.input[0]), weight], convolution(node, [height, width], channels));
  },

  // ONNX Runtime folds Mul and Add by a constant into the convolution before them when it loads the model.
  Mul: (node, context) => context.graph.node("Mul", node.name, node.input.map(context.value)),
  Add: (node, context) => context.graph.node("Add", node.name, node.input.map(context.value)),
  AddN: (node, context) => context.graph.node("Sum", node.name, node.input.map(context.value)),

  Relu6(node, context) {
    const minimum = context.graph.constant("relu6/min", [], Float32Array.of(0));
    const maximum = context.graph.constant("relu6/max", [], Float32Array.of(6));
    return context.graph.node("Clip", node.name, [context.value(node.input[0]), minimum, maximum]);
  },
};

function convolution(node, kernelShape, group) {
  const padding = String.fromCharCode(...node.attr.padding.s);
  const autoPad = { SAME: "SAME_UPPER", VALID: "VALID" }[padding];
  if (!autoPad) throw new Error(`${node.name}: padding ${padding} is not converted.`);
  return {
    auto_pad: autoPad,
    dilations: spatial(node.attr.dilations),
    group,
    kernel_shape: kernelShape,
    strides: spatial(node.attr.strides),
  };
}

function spatial(attribute) {
  const values = attribute.list.i.map(Number);
  return [values[axes.height], values[axes.width]];
}

/** Copies a rank-4 tensor into `shape`; `source` tells, for an index of the copy, the index in the tensor. */
function transpose(tensor, shape, source) {
  const [, b, c, d] = tensor.shape;
  const values = new Float32Array(tensor.values.length);
  let position = 0;
  for (let i = 0; i < shape[0]; i++)
    for (let j = 0; j < shape[1]; j++)
      for (let k = 0; k < shape[2]; k++)
        for (let l = 0; l < shape[3]; l++) {
          const [w, x, y, z] = source([i, j, k, l]);
          values[position++] = tensor.values[((w * b + x) * c + y) * d + z];
        }
  return values;
}
