using System.Buffers.Binary;

namespace Portal.Core.Engines.Images.Processes;

/// <summary>What the portal asks of a decoder process.</summary>
internal enum DecoderRequest : byte
{
    /// <summary>The first frame: the limits.</summary>
    Begin = 1,
    Header,
    Photo,
    Square,
    Webp,

    /// <summary>The memory that was asked for may be used.</summary>
    Granted,
}

/// <summary>What a decoder process says.</summary>
internal enum DecoderAnswer : byte
{
    /// <summary>It is there and waits for a picture.</summary>
    Ready = 1,

    /// <summary>The picture needs so many bytes; decoding goes on when they are granted.</summary>
    NeedsMemory,
    Done,

    /// <summary>The picture is refused, with a code and a sentence.</summary>
    Refused,
    OutOfMemory,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>Something nobody foresaw, as text for the log.</summary>
    Fault,
}

/// <summary>
/// How the portal and its decoder processes speak over pipes: a byte that says what it is, four that say how long, then
/// the body.
/// </summary>
internal static class DecoderFrames
{
    private const int HeadLength = 5;

    public static void Write(Stream stream, byte kind, ReadOnlySpan<byte> body)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        head[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], body.Length);
        stream.Write(head);
        if (body.Length > 0)
        {
            stream.Write(body);
        }

        stream.Flush();
    }

    public static void Write(Stream stream, byte kind, Action<BinaryWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            body(writer);
        }

        Write(stream, kind, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <exception cref="EndOfStreamException">The other side has gone.</exception>
    public static (byte Kind, int Length) ReadHead(Stream stream)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        stream.ReadExactly(head);
        return (head[0], BinaryPrimitives.ReadInt32LittleEndian(head[1..]));
    }

    public static byte[] ReadBody(Stream stream, int length)
    {
        var body = new byte[length];
        stream.ReadExactly(body);
        return body;
    }

    public static BinaryReader Reader(byte[] body) => new(new MemoryStream(body));
}
