using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// A format of files that inputs and labels come in by. Reading is pure: it sees <see cref="ImportFiles"/> and no
/// database, and holds one input at a time.
/// </summary>
public abstract class ImportFormat
{
    /// <summary>Names it in jobs, addresses and on the command line.</summary>
    public abstract string Id { get; }

    public abstract string Name { get; }

    /// <summary>Whether the files look like this format, from names and a look at their beginnings.</summary>
    public abstract bool Recognises(ImportFiles files);

    /// <summary>How the file's columns are read, in words; null where there is no choice.</summary>
    public virtual string? Explain(ImportFiles files) => null;

    /// <summary>How many pictures there will be; 0 where only reading tells.</summary>
    public virtual Task<int> CountAsync(ImportFiles files, CancellationToken ct) => Task.FromResult(0);

    /// <summary>
    /// Reads what the files say, one picture after another. What cannot be read is an item with a
    /// <see cref="ImportedInput.Problem"/>.
    /// </summary>
    /// <exception cref="Errors.PortalException">Nothing of it can be read.</exception>
    public abstract IAsyncEnumerable<ImportedInput> ReadAsync(ImportFiles files, CancellationToken ct);
}
