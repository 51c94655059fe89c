using System.Text;

namespace Portal.Tests.Support;

/// <summary>Finds fields in a protobuf message by the numbers on the way to them, without its schema.</summary>
public static class ProtobufReader
{
    /// <summary>The texts at the end of a path of field numbers.</summary>
    public static IEnumerable<string> Texts(ReadOnlyMemory<byte> message, params int[] path) =>
        Messages(message, path).Select(text => Encoding.UTF8.GetString(text.Span));

    /// <summary>What has a length, messages and texts, at the end of a path of field numbers.</summary>
    public static List<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, params int[] path) =>
        [.. path.Aggregate(Enumerable.Repeat(message, 1), (found, number) => found.SelectMany(m => Fields(m, number)))];

    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < message.Length; )
        {
            var tag = Varint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message.Span, ref at);
                    break;
                case 1:
                    at += sizeof(ulong);
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    if ((int)(tag >> 3) == number)
                    {
                        found.Add(message.Slice(at, length));
                    }

                    at += length;
                    break;
                case 5:
                    at += sizeof(uint);
                    break;
                default:
                    throw new InvalidDataException($"There is no wire type {tag & 7}.");
            }
        }
        return found;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
