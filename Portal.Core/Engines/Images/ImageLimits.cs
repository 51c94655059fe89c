using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Images;

/// <summary>
/// What one image, and all images being decoded together, may cost. Configuration section <c>Imaging</c>.
/// </summary>
public sealed record ImageLimits
{
    public const string Section = "Imaging";

    /// <summary>Largest file, in bytes.</summary>
    public long MaxBytes { get; init; } = 20_000_000;

    /// <summary>Largest width × height.</summary>
    public long MaxPixels { get; init; } = 85_000_000;

    /// <summary>
    /// Estimated bytes of decoded pixels that all threads may hold together. An image that alone needs more is decoded
    /// while no other is.
    /// </summary>
    public long MaxBytesInFlight { get; init; } = 512L * 1024 * 1024;

    /// <summary>
    /// Longest time to decode one image, the wait for its share of memory not counted. Looked at between strips of the
    /// picture; the decoding of an interlaced one is a single step, which the pixel limit bounds.
    /// </summary>
    public TimeSpan MaxDecodeTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Bytes that a decoder process may take for one image, beyond what it holds when idle. The largest image within
    /// <see cref="MaxPixels"/> needs 15 bytes a pixel.
    /// </summary>
    public long MaxDecodeMemory { get; init; } = 1_500_000_000;

    /// <summary>
    /// Decoder processes at most; 0 means two for each processor and two more. As many as there are workers start with
    /// the portal, the others when they are needed.
    /// </summary>
    public int Decoders { get; init; }

    public int DecoderCount => Decoders > 0 ? Decoders : (2 * Environment.ProcessorCount) + 2;

    public SizeLimit Size => new(MaxBytes, "image", $"{Section}:{nameof(MaxBytes)}");

    /// <summary>
    /// Every setting that is out of range, one sentence each, naming its key; empty when all are well.
    /// </summary>
    public IEnumerable<string> Errors()
    {
        if (MaxBytes is < 1 or > 1_000_000_000)
        {
            yield return $"{Section}:{nameof(MaxBytes)} is {MaxBytes}; it must lie between 1 and 1000000000.";
        }

        if (MaxPixels is < 1 or > 1_000_000_000)
        {
            yield return $"{Section}:{nameof(MaxPixels)} is {MaxPixels}; it must lie between 1 and 1000000000.";
        }

        if (MaxBytesInFlight < 1)
        {
            yield return $"{Section}:{nameof(MaxBytesInFlight)} is {MaxBytesInFlight}; it must be positive.";
        }

        if (MaxDecodeTime <= TimeSpan.Zero || MaxDecodeTime > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(MaxDecodeTime)} is {MaxDecodeTime}; it must be positive and at most "
                + $"one hour.";
        }

        if (MaxDecodeMemory < 64_000_000)
        {
            yield return $"{Section}:{nameof(MaxDecodeMemory)} is {MaxDecodeMemory}; it must be at least 64000000.";
        }

        if (Decoders is < 0 or > 256)
        {
            yield return $"{Section}:{nameof(Decoders)} is {Decoders}; it must lie between 0 (automatic) and 256.";
        }
    }
}
