using System.Text.Json;

namespace Portal.Core.Domain.Exchange;

/// <summary>
/// One input with everything said about it: a line of the portal's own format, and what every other format is written
/// from.
/// </summary>
public sealed record ExchangeInput
{
    public required string Id { get; init; }

    /// <summary>SHA-256 of the picture's bytes, lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    public required string MediaType { get; init; }
    public long ByteLength { get; init; }

    /// <summary>Pixels, as seen upright.</summary>
    public int Width { get; init; }

    /// <summary>Pixels, as seen upright.</summary>
    public int Height { get; init; }

    public string FileName { get; init; } = "";
    public string? SourceUrl { get; init; }

    /// <summary>A JSON object of the user's own.</summary>
    public JsonElement? Metadata { get; init; }

    public string? CreatedBy { get; init; }
    public DateTime CreatedAt { get; init; }

    /// <summary>The picture's path in the export; null where the export holds no picture of it.</summary>
    public string? Image { get; init; }

    /// <summary>
    /// What counts, by concept. It follows from annotations and decisions, and is there for readers that want no more.
    /// </summary>
    public IReadOnlyList<ExchangeLabel> Labels { get; init; } = [];

    public IReadOnlyList<ExchangeAnnotation> Annotations { get; init; } = [];

    /// <summary>In the order in which they were made.</summary>
    public IReadOnlyList<ExchangeDecision> Decisions { get; init; } = [];
}
