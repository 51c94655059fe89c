namespace Portal.Core.Exchange;

/// <summary>
/// A format of files that labels leave in or come in by. Writing and reading are pure: they see <see cref="ExportContent"/> and <see cref="ImportFiles"/>,
/// no database, and hold one input at a time unless the format is one document.
/// </summary>
public abstract class ExchangeFormat
{
    /// <summary>Names it in jobs, addresses and on the command line.</summary>
    public abstract string Id { get; }

    public abstract string Name { get; }

    /// <summary>One sentence for whoever chooses.</summary>
    public abstract string Description { get; }

    /// <summary>What it can hold; the rest is named before an export as left out.</summary>
    public abstract ExchangeDetail Held { get; }

    /// <summary>Whether pictures are always part of it, because it says by their place what is on them.</summary>
    public virtual bool NeedsPictures => false;

    /// <summary>How often writing reads through the inputs.</summary>
    public virtual int Passes => 1;

    /// <summary>Writes its files; pictures in <see cref="ExportContent.ImageFolder"/> are written by the caller unless it <see cref="NeedsPictures"/>.</summary>
    public abstract Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct);

    /// <summary>Whether the files look like this format, from names and a look at their beginnings.</summary>
    public abstract bool Recognises(ImportFiles files);

    /// <summary>Reads what the files say, one picture after another. What cannot be read is an item with a <see cref="ImportedInput.Problem"/>.</summary>
    /// <exception cref="Errors.PortalException">Nothing of it can be read.</exception>
    public abstract IAsyncEnumerable<ImportedInput> ReadAsync(ImportFiles files, CancellationToken ct);
}
