using Portal.Core.Domain.Errors;
using Portal.Core.Services.Exchange.Formats;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange;

/// <summary>Every format labels leave in and come in by.</summary>
public static class ExchangeFormats
{
    public static IReadOnlyList<ExchangeFormat> All { get; } =
    [
        new JsonLinesFormat(),
        new CsvFormat(),
        new CocoFormat(),
        new LabelStudioFormat(),
        new CvatFormat(),
        new DatumaroFormat(),
        new FiftyOneFormat(),
        new HuggingFaceFormat(),
        new ImageNetTextFormat(),
        new VertexFormat(),
        new SageMakerFormat(),
        new ClassFoldersFormat(),
    ];

    /// <summary>What is read. The most telling first: the first that recognises a file reads it.</summary>
    public static IReadOnlyList<ImportFormat> Readable { get; } = [All[0], new AddressListFormat(), .. All.Skip(1)];

    /// <exception cref="PortalException">There is no such format to write.</exception>
    public static ExchangeFormat Get(string id) => All.FirstOrDefault(f => f.Id == id) ?? throw Unknown(id, All);

    /// <exception cref="PortalException">There is no such format to read.</exception>
    public static ImportFormat GetReadable(string id) =>
        Readable.FirstOrDefault(f => f.Id == id) ?? throw Unknown(id, Readable);

    /// <summary>The format of an export's manifest, else the first that recognises the files.</summary>
    /// <exception cref="PortalException">No format fits.</exception>
    public static ImportFormat Of(ImportFiles files)
    {
        if (ImportManifest.Read(files) is { } manifest && All.FirstOrDefault(f => f.Id == manifest.Format) is { } named)
        {
            return named;
        }

        return Readable.FirstOrDefault(f => f.Recognises(files))
            ?? throw new PortalException(
                StatusCode.InvalidRequest,
                $"Nothing in it is known. The portal reads {string.Join(", ", Readable.Select(f => f.Name))}."
            );
    }

    private static PortalException Unknown(string id, IEnumerable<ImportFormat> known) =>
        new(
            StatusCode.InvalidRequest,
            $"There is no format '{Text.Shown(id)}'. Use one of {string.Join(", ", known.Select(f => f.Id))}.",
            id
        );
}
