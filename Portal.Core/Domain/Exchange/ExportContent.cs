namespace Portal.Core.Domain.Exchange;

/// <summary>
/// What a format writes: the app's concepts, and its inputs, which can be read through as often as wanted and are the
/// same each time.
/// </summary>
/// <param name="concepts">All of the app, in a fixed order.</param>
/// <param name="read">Starts a pass over the inputs, in a fixed order.</param>
/// <param name="open">Opens the picture of an input.</param>
public sealed class ExportContent(
    IReadOnlyList<ExchangeConcept> concepts,
    Func<CancellationToken, IAsyncEnumerable<ExchangeInput>> read,
    Func<ExchangeInput, Stream> open
)
{
    public const string ImageFolder = "images";

    public IReadOnlyList<ExchangeConcept> Concepts => concepts;

    public IAsyncEnumerable<ExchangeInput> InputsAsync(CancellationToken ct) => read(ct);

    /// <summary>An input's picture, which must be there: its <see cref="ExchangeInput.Image"/> is not null.</summary>
    public Stream OpenPicture(ExchangeInput input) => open(input);

    /// <summary>The path of an input's picture in an export that holds it.</summary>
    public static string PathOf(ExchangeInput input) => $"{ImageFolder}/{ArchiveNames.OfPicture(input)}";

    /// <summary>What a format calls the picture: its path in the export, or without it the name it came with.</summary>
    public static string ReferenceTo(ExchangeInput input) =>
        input.Image ?? (input.FileName.Length > 0 ? input.FileName : ArchiveNames.OfPicture(input));
}
