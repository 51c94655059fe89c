using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange;

/// <summary>
/// A format of files that labels leave in, and come in by. Writing is pure too: it sees <see cref="ExportContent"/> and
/// holds one input at a time unless the format is one document.
/// </summary>
public abstract class ExchangeFormat : ImportFormat
{
    /// <summary>One sentence for whoever chooses.</summary>
    public abstract string Description { get; }

    /// <summary>What it can hold; the rest is named before an export as left out.</summary>
    public abstract ExchangeDetail Held { get; }

    /// <summary>Whether pictures are always part of it, because it says by their place what is on them.</summary>
    public virtual bool NeedsPictures => false;

    /// <summary>How often writing reads through the inputs.</summary>
    public virtual int Passes => 1;

    /// <summary>
    /// Writes its files; pictures in <see cref="ExportContent.ImageFolder"/> are written by the caller unless it
    /// <see cref="NeedsPictures"/>.
    /// </summary>
    public abstract Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct);

    public override Task<int> CountAsync(ImportFiles files, CancellationToken ct) =>
        Task.FromResult(NeedsPictures ? files.Pictures.Count() : 0);
}
