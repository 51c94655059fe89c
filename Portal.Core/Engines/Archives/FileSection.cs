using Microsoft.Win32.SafeHandles;
using Portal.Core.Platform;

namespace Portal.Core.Engines.Archives;

/// <summary>A part of a file. Several can be read at once from one handle, which is the caller's.</summary>
internal sealed class FileSection(SafeFileHandle file, long start, long length) : ForwardStream
{
    private long _read;

    public override int Read(Span<byte> buffer) =>
        Moved(RandomAccess.Read(file, buffer[..Wanted(buffer.Length)], start + _read));

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    ) => Moved(await RandomAccess.ReadAsync(file, buffer[..Wanted(buffer.Length)], start + _read, cancellationToken));

    private int Wanted(int room) => (int)Math.Min(room, length - _read);

    private int Moved(int read)
    {
        _read += read;
        return read;
    }
}
