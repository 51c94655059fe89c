#:package OnnxSharp
#:package Google.Protobuf
#:property PublishAot=false
// Makes an embedder of ML.NET's ResNet18: any batch and side, the mean over the picture of the last residual block, one
// output [N, 512]. Beside it goes the definition, with the means that the network's own preprocessing subtracts.
// usage: dotnet run --file embedder-graph.cs -- <ResNet18.onnx> <ResNetPreprocess.onnx> <output path without extension>
using System.Text.Json;
using Google.Protobuf;
using Onnx;

if (args is not [var networkPath, var preprocessingPath, var output])
{
    Console.Error.WriteLine(
        "usage: embedder-graph <ResNet18.onnx> <ResNetPreprocess.onnx> <output path without extension>"
    );
    return 2;
}

const string Input = "image",
    Output = "embedding";
var model = ModelProto.Parser.ParseFromFile(networkPath);
var graph = model.Graph;

var pooling = graph.Node[^1];
if (graph.Input is not [var image] || pooling.OpType != "AveragePool")
{
    Console.Error.WriteLine(
        $"{networkPath} is not the ResNet18 this was written for: one input, an average pooling at its end."
    );
    return 1;
}

var sides = image.Type.TensorType.Shape.Dim;
sides[0].DimParam = "N";
sides[2].DimParam = "height";
sides[3].DimParam = "width";
foreach (var node in graph.Node)
{
    for (var i = 0; i < node.Input.Count; i++)
    {
        if (node.Input[i] == image.Name)
        {
            node.Input[i] = Input;
        }
    }
}

image.Name = Input;

var lastBlock = pooling.Input[0];
var width = graph.Output[0].Type.TensorType.Shape.Dim[1].DimValue;
graph.Node.RemoveAt(graph.Node.Count - 1);
graph.Node.Add(
    new NodeProto
    {
        OpType = "GlobalAveragePool",
        Input = { lastBlock },
        Output = { "pooled" },
    }
);
graph.Node.Add(
    new NodeProto
    {
        OpType = "Flatten",
        Input = { "pooled" },
        Output = { Output },
    }
);
graph.Output[0].Name = Output;
graph.Output[0].Type.TensorType.Shape.Dim.Clear();
graph.Output[0].Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
graph.Output[0].Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = width });

// Shapes inside were those of one picture of 224 × 224.
graph.ValueInfo.Clear();

// From version 4 on weights need not be listed as inputs.
model.IrVersion = 4;

// A mean picture of [3, side, side], planes in the order blue, green, red.
var meanPicture = ModelProto.Parser.ParseFromFile(preprocessingPath).Graph.Initializer.Single();
var values =
    meanPicture.FloatData.Count > 0
        ? [.. meanPicture.FloatData]
        : System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(meanPicture.RawData.Span).ToArray();
var mean = values.Chunk(values.Length / 3).Select(plane => MathF.Round(plane.Average(), 2)).ToArray();

float[] std = [1, 1, 1];
string[] outputs = [Output];
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
File.WriteAllBytes(output + ".onnx", model.ToByteArray());
File.WriteAllText(
    output + ".json",
    JsonSerializer.Serialize(
        new
        {
            name = Path.GetFileName(output),
            file = Path.GetFileName(output) + ".onnx",
            input = new
            {
                name = Input,
                layout = "NCHW",
                channels = "BGR",
                side = 288,
                mean,
                std,
            },
            outputs,
            dimensions = width,
        },
        new JsonSerializerOptions { WriteIndented = true }
    )
);
return 0;
