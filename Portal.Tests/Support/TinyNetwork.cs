using System.Text;

namespace Portal.Tests.Support;

/// <summary>
/// Writes a small ONNX file whose outputs are known in closed form: <c>mean</c> [N, 3] and <c>max</c> [N, 3], of each
/// channel of its input <c>image</c>. Field numbers are those of onnx.proto.
/// </summary>
internal static class TinyNetwork
{
    /// <param name="channelsLast">Whether the input is [N, height, width, 3] rather than [N, 3, height, width].</param>
    public static byte[] Write(bool channelsLast)
    {
        string[] shape = channelsLast ? ["N", "height", "width", "3"] : ["N", "3", "height", "width"];
        byte[] perm = Message(Text(1, "perm"), Number(8, 0), Number(8, 3), Number(8, 1), Number(8, 2), Number(20, 7));
        byte[] toPlanes = channelsLast
            ? Node("Transpose", "image", "planes", perm)
            : Node("Identity", "image", "planes");
        var graph = Message(
            toPlanes,
            Node("GlobalAveragePool", "planes", "means"),
            Node("Flatten", "means", "mean"),
            Node("GlobalMaxPool", "planes", "maxima"),
            Node("Flatten", "maxima", "max"),
            Text(2, "tiny"),
            Field(11, Tensor("image", shape)),
            Field(12, Tensor("mean", ["N", "3"])),
            Field(12, Tensor("max", ["N", "3"]))
        );
        return Message(Number(1, 8), Field(7, graph), Field(8, Message(Text(1, ""), Number(2, 13))));
    }

    private static byte[] Node(string operation, string input, string output, byte[]? attribute = null) =>
        Field(
            1,
            Message(Text(1, input), Text(2, output), Text(4, operation), attribute is null ? [] : Field(5, attribute))
        );

    /// <summary>A float tensor; a dimension that is no number is a symbol.</summary>
    private static byte[] Tensor(string name, string[] shape)
    {
        var dimensions = shape.Select(size =>
            Field(1, int.TryParse(size, out var fixedSize) ? Number(1, fixedSize) : Text(2, size))
        );
        return Message(Text(1, name), Field(2, Field(1, Message(Number(1, 1), Field(2, Message([.. dimensions]))))));
    }

    private static byte[] Text(int field, string value) => Field(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int field, byte[] body) => [.. Varint(field << 3 | 2), .. Varint(body.Length), .. body];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Varint(int value) =>
        value < 128 ? [(byte)value] : [(byte)(value & 127 | 128), .. Varint(value >> 7)];
}
