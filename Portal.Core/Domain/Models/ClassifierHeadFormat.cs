using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Portal.Core.Domain.Models;

/// <summary>
/// A head as bytes, little-endian: "AAPH", format 1, link, C, D (int32 each), C concept keys (int64), then float32: C ×
/// D weights, C biases, D means, D scales; last the SHA-256 of all that.
/// </summary>
internal static class ClassifierHeadFormat
{
    private const int Magic = 0x48504141;
    private const int Version = 1;
    private const int HeaderLength = 5 * sizeof(int);

    public static byte[] Write(ClassifierHead head)
    {
        var bytes = new byte[Length(head.ConceptIds.Count, head.Dimensions)];
        var rest = bytes.AsSpan();
        foreach (
            var number in (ReadOnlySpan<int>)[Magic, Version, (int)head.Link, head.ConceptIds.Count, head.Dimensions]
        )
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, number);
            rest = rest[sizeof(int)..];
        }

        foreach (var id in head.ConceptIds)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, id);
            rest = rest[sizeof(long)..];
        }

        rest = Put(rest, head.Weights);
        rest = Put(rest, head.Biases);
        rest = Put(rest, head.Mean);
        rest = Put(rest, head.Scale);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes), rest);
        return bytes;
    }

    public static ClassifierHead Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength || Int(bytes, 0) != Magic || Int(bytes, 1) != Version)
        {
            throw new InvalidDataException("These bytes are not a classifier head of a known format.");
        }

        var (link, concepts, dimensions) = ((ClassifierLink)Int(bytes, 2), Int(bytes, 3), Int(bytes, 4));
        if (
            concepts is <= 0 or > ClassifierHead.MaxConcepts
            || dimensions is <= 0 or > ClassifierHead.MaxDimensions
            || bytes.Length != Length(concepts, dimensions)
        )
        {
            throw new InvalidDataException("The classifier head is cut short or its sizes do not fit together.");
        }

        var body = bytes[..^SHA256.HashSizeInBytes];
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(bytes[^SHA256.HashSizeInBytes..]))
        {
            throw new InvalidDataException(
                "The classifier head was changed after it was written: its checksum does not match."
            );
        }

        var ids = new long[concepts];
        for (var i = 0; i < concepts; i++)
        {
            ids[i] = BinaryPrimitives.ReadInt64LittleEndian(body[(HeaderLength + (i * sizeof(long)))..]);
        }

        var rest = body[(HeaderLength + (concepts * sizeof(long)))..];
        try
        {
            return new ClassifierHead(
                link,
                ids,
                Take(ref rest, concepts * dimensions),
                Take(ref rest, concepts),
                Take(ref rest, dimensions),
                Take(ref rest, dimensions)
            );
        }
        catch (ArgumentException problem)
        {
            throw new InvalidDataException(problem.Message, problem);
        }
    }

    private static long Length(int concepts, int dimensions)
    {
        var numbers = ((long)concepts * dimensions) + concepts + (2L * dimensions);
        return HeaderLength + ((long)concepts * sizeof(long)) + (numbers * sizeof(float)) + SHA256.HashSizeInBytes;
    }

    private static int Int(ReadOnlySpan<byte> bytes, int position) =>
        BinaryPrimitives.ReadInt32LittleEndian(bytes[(position * sizeof(int))..]);

    private static Span<byte> Put(Span<byte> bytes, ReadOnlySpan<float> numbers)
    {
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, number);
            bytes = bytes[sizeof(float)..];
        }

        return bytes;
    }

    private static float[] Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }

        bytes = bytes[(count * sizeof(float))..];
        return numbers;
    }
}
