using Portal.Core.Errors;
using Portal.Core.Exchange.Formats;

namespace Portal.Core.Exchange;

/// <summary>Every format labels leave in and come in by.</summary>
public static class ExchangeFormats
{
    /// <summary>The most telling first: the first that recognises a file reads it.</summary>
    public static IReadOnlyList<ExchangeFormat> All { get; } =
    [
        new JsonLinesFormat(), new CsvFormat(), new CocoFormat(), new LabelStudioFormat(), new CvatFormat(), new DatumaroFormat(), new FiftyOneFormat(),
        new HuggingFaceFormat(), new ImageNetTextFormat(), new ClassFoldersFormat(),
    ];

    /// <exception cref="PortalException">There is no such format.</exception>
    public static ExchangeFormat Get(string id) => All.FirstOrDefault(f => f.Id == id)
        ?? throw new PortalException(StatusCode.InvalidRequest, $"There is no format '{Text.Shown(id)}'. Use one of {string.Join(", ", All.Select(f => f.Id))}.", id);

    /// <summary>The format of an export's manifest, else the first that recognises the files.</summary>
    /// <exception cref="PortalException">No format fits.</exception>
    public static ExchangeFormat Of(ImportFiles files)
    {
        if (ImportManifest.Read(files) is { } manifest && All.FirstOrDefault(f => f.Id == manifest.Format) is { } named) return named;
        return All.FirstOrDefault(f => f.Recognises(files))
            ?? throw new PortalException(StatusCode.InvalidRequest, $"Nothing in it is known. The portal reads {string.Join(", ", All.Select(f => f.Name))}.");
    }
}
