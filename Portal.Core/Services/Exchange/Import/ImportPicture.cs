using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Inputs;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>Where an import goes.</summary>
/// <param name="UserId">Whose labels they become where the file does not mark them machine-made.</param>
internal sealed record ImportTarget(long AppId, long UserId, ImportFiles Files, ImportConcepts Labels);

/// <summary>An input that the app has.</summary>
/// <param name="Id">Internal key.</param>
internal sealed record KnownInput(long Id, string ExternalId);

/// <summary>One picture of an import on its way in: what the file says of it, and what is known of it so far.</summary>
internal sealed class ImportPicture(ImportedInput item) : IDisposable
{
    public ImportedInput Item => item;

    /// <summary>The labels whose concepts are known.</summary>
    public List<ResolvedTag> Tags { get; } = [];

    /// <summary>Keys of the concepts that the portal's own format names.</summary>
    public Dictionary<string, long> ConceptIds { get; } = new(StringComparer.Ordinal);

    /// <summary>What is left out, for the report.</summary>
    public List<string> LeftOut { get; } = [];

    /// <summary>The input it is, where the app has it.</summary>
    public KnownInput? Known { get; set; }

    /// <summary>Its bytes, where they were received.</summary>
    public ArrivingInput? Arriving { get; set; }

    /// <summary>
    /// Why it cannot be taken as things are; looked at anew once what stands before it has been taken.
    /// </summary>
    public string? Problem { get; set; }

    /// <summary>It must be fetched first, which is for later.</summary>
    public bool MustBeFetched { get; set; }

    /// <summary>What became of it; null while that is open.</summary>
    public ImportRow? Row { get; private set; }

    /// <summary>Its address on the web, or null.</summary>
    public string? Address =>
        IsAddress(item.Own?.SourceUrl) ? item.Own!.SourceUrl
        : IsAddress(item.Reference) ? item.Reference
        : null;

    /// <summary>The name to find an input by.</summary>
    public string Name => ImportFiles.NameOf(item.Reference.Replace('\\', '/'));

    /// <summary>What it is found by, which another picture may bring along.</summary>
    public IEnumerable<string> Needs()
    {
        if (Known is { } known)
        {
            yield return $"input {known.Id}";
        }

        if (item.Id is { } id)
        {
            yield return $"id {id}";
        }

        if (Arriving is { } arriving && item.Own is null)
        {
            yield return $"bytes {arriving.Blob.Hash}";
        }

        if (item.Picture is not null)
        {
            yield break;
        }

        if (item.Own is { } own)
        {
            yield return $"bytes {own.Hash}";
        }

        yield return $"name {Name}";
        yield return $"address {item.Reference}";
    }

    /// <summary>What others can be found by once it is taken.</summary>
    public IEnumerable<string> Brings()
    {
        if (Known is { } known)
        {
            yield return $"input {known.Id}";
        }
        else if (Arriving is { } arriving)
        {
            yield return $"id {arriving.ExternalId}";
            yield return $"bytes {arriving.Blob.Hash}";
            yield return $"name {InputService.BaseName(arriving.Wanted.FileName)}";
            yield return $"address {arriving.Wanted.SourceUrl}";
        }
    }

    public void Refuse(string why) =>
        Row = new ImportRow(item.Where, item.Reference, null, ImportResult.Refused, 0, why);

    public void End(string inputId, ImportResult result, TagsWritten written)
    {
        if (written.Kept > 0)
        {
            LeftOut.Add(
                $"{written.Kept} {(written.Kept == 1 ? "label was" : "labels were")} not taken: a person decided "
                    + $"otherwise here."
            );
        }

        if (written.Strangers > 0)
        {
            LeftOut.Add($"{written.Strangers} statements of users this portal does not know count as yours.");
        }

        Row = new ImportRow(item.Where, item.Reference, inputId, result, written.Count, string.Join(" ", LeftOut));
    }

    public void Dispose() => Arriving?.Dispose();

    private static bool IsAddress(string? reference) =>
        reference is not null
        && (
            reference.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || reference.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        )
        && Uri.TryCreate(reference, UriKind.Absolute, out _);
}
