namespace Portal.Core.Engines.Embedding;

/// <summary>Which network embeds pictures. Configuration section <c>Embedder</c>.</summary>
public sealed record EmbedderOptions
{
    public const string Section = "Embedder";

    /// <summary>
    /// Path of the definition, a JSON file beside the network; a relative one starts at the program's folder.
    /// </summary>
    public string Definition { get; init; } = "models/resnet18.json";

    /// <summary>
    /// Width and height, in pixels, that pictures are squashed to; the definition's where it is null.
    /// </summary>
    public int? Side { get; init; }

    /// <summary>
    /// Processor threads for one picture; 0 for one a core. Several workers embed side by side, so one each keeps all
    /// cores busy at the least cost.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// What the network runs on. No part of the vectors' identity: providers differ in the last bits of single
    /// precision.
    /// </summary>
    public ExecutionProvider Provider { get; init; }

    /// <summary>
    /// Every setting that is out of range, one sentence each, naming its key; empty when all are well.
    /// </summary>
    public IEnumerable<string> Errors()
    {
        if (string.IsNullOrWhiteSpace(Definition))
        {
            yield return $"{Section}:{nameof(Definition)} is empty; it must name the embedder's JSON file.";
        }

        if (Side is < EmbedderDefinition.MinSide or > EmbedderDefinition.MaxSide)
        {
            yield return $"{Section}:{nameof(Side)} is {Side}; it must lie between {EmbedderDefinition.MinSide} and "
                + $"{EmbedderDefinition.MaxSide}.";
        }

        if (Threads is < 0 or > 256)
        {
            yield return $"{Section}:{nameof(Threads)} is {Threads}; it must lie between 0 and 256.";
        }

        if (!Enum.IsDefined(Provider))
        {
            yield return $"{Section}:{nameof(Provider)} is {Provider}; it must be "
                + $"{string.Join(" or ", Enum.GetNames<ExecutionProvider>())}.";
        }
    }
}
