using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using NetVips;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Images;

/// <summary>
/// Decodes with libvips and, what it cannot read, ImageSharp, in this process, within the memory and time of
/// <see cref="ImageLimits"/>.
/// </summary>
public sealed class VipsImageDecoder : IImageDecoder
{
    /// <summary>
    /// Quality of rendered WebP, 0 to 100; at 80 a photo's tile is told from the original only side by side.
    /// </summary>
    private const int WebpQuality = 80;

    private readonly ImageLimits _limits;
    private readonly Func<long, CancellationToken, IDisposable?> _acquire;

    public VipsImageDecoder(ImageLimits limits)
        : this(limits, new PixelBudget(limits.MaxBytesInFlight).Acquire) { }

    /// <param name="acquire">Waits until a picture may take so many bytes; they are given back when the result is
    /// disposed.</param>
    internal VipsImageDecoder(ImageLimits limits, Func<long, CancellationToken, IDisposable?> acquire) =>
        (_limits, _acquire) = (limits, acquire);

    public ImageHeader ReadHeader(string path)
    {
        using var file = PictureFile.Open(path, _limits);
        return file.Header;
    }

    public PhotoDetails ReadPhoto(string path)
    {
        using var file = PictureFile.Open(path, _limits);
        return file.Photo();
    }

    public void DecodeSquare(string path, int side, Span<byte> rgb, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, side * side * 3);

        using var file = PictureFile.Open(path, _limits);
        using var share = _acquire(file.DecodedBytes, cancellationToken);
        using var deadline = new Deadline(_limits.MaxDecodeTime, cancellationToken);
        try
        {
            using (var image = file.Squash(side, first => deadline.Watch(first)))
            using (deadline.Watch(image))
            {
                if (image.Width == side && image.Height == side)
                {
                    CopyPixels(image, rgb);
                }
                else
                {
                    Enlarge(image, side, rgb);
                }
            }

            file.RequireWhole();
        }
        catch (Exception failure) when (failure is VipsException or InvalidDataException)
        {
            throw deadline.Explain(file, failure);
        }
    }

    public byte[] RenderWebp(string path, int maxSide, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 1);

        using var file = PictureFile.Open(path, _limits);
        using var share = _acquire(file.DecodedBytes, cancellationToken);
        using var deadline = new Deadline(_limits.MaxDecodeTime, cancellationToken);
        try
        {
            byte[] rendered;
            using (var image = file.Fit(maxSide, first => deadline.Watch(first)))
            using (deadline.Watch(image))
            {
                rendered = image.WebpsaveBuffer(q: WebpQuality, keep: Enums.ForeignKeep.None);
            }

            file.RequireWhole();
            return rendered;
        }
        catch (Exception failure) when (failure is VipsException or InvalidDataException)
        {
            throw deadline.Explain(file, failure);
        }
    }

    /// <summary>Computes the pixels, row by row with bands interleaved, into a span of exactly their size.</summary>
    /// <exception cref="VipsException">A pixel could not be computed, or the deadline was over.</exception>
    private static void CopyPixels(Image image, Span<byte> target)
    {
        var pixels = image.WriteToMemory(out var size);
        var buffer = ArrayPool<byte>.Shared.Rent(target.Length);
        try
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(size, (ulong)target.Length);
            Marshal.Copy(pixels, buffer, 0, target.Length);
            buffer.AsSpan(0, target.Length).CopyTo(target);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            NetVips.NetVips.Free(pixels);
        }
    }

    private static void Enlarge(Image image, int side, Span<byte> rgb)
    {
        var (width, height) = (image.Width, image.Height);
        var length = width * height * 3;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var pixels = buffer.AsSpan(0, length);
            CopyPixels(image, pixels);
            BilinearEnlargement.Enlarge(pixels, width, height, side, rgb);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Ends a computation when its time is up or its caller has gone, and tells the two from a damaged file.
    /// </summary>
    private sealed class Deadline : IDisposable
    {
        private readonly TimeSpan _limit;
        private readonly CancellationToken _caller;
        private readonly CancellationTokenSource _source;

        public Deadline(TimeSpan limit, CancellationToken caller)
        {
            _limit = limit;
            _caller = caller;
            _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
            _source.CancelAfter(limit);
        }

        /// <summary>Ends the image's computation when the time comes; to be disposed before the image is.</summary>
        public CancellationTokenRegistration Watch(Image image) => _source.Token.Register(() => image.SetKill(true));

        public Exception Explain(PictureFile file, Exception failure)
        {
            if (_caller.IsCancellationRequested)
            {
                return new OperationCanceledException(_caller);
            }

            if (!_source.IsCancellationRequested)
            {
                return PictureFile.BadBytes(file.Header.Type, failure);
            }

            var seconds = _limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            return new PortalException(
                StatusCode.InputOverLimit,
                $"Decoding the {file.Header.Width} × {file.Header.Height} {file.Header.Type.DisplayName()} took "
                    + $"longer than the limit of {seconds} s.",
                inner: failure
            );
        }

        public void Dispose() => _source.Dispose();
    }
}
