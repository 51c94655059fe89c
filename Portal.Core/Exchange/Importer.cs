using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Concepts;
using Portal.Core.Errors;
using Portal.Core.Films;
using Portal.Core.Inputs;
using Portal.Core.Storage;

namespace Portal.Core.Exchange;

/// <summary>
/// Takes in what files say. Each picture is one transaction, so a broken one stops no other, and doing it all again changes nothing: a picture that is in
/// the app is found by its id, its bytes or its name, a label that is there stays as it is, and what a person decided in the app is never overruled.
/// </summary>
public sealed class Importer(
    IDbContextFactory<PortalDbContext> contexts, InputService inputs, FilmService films, ConceptService concepts, PatientFetch web, IOptions<FetchOptions> fetch, ImportWriter writer, ChangeFeed changes)
{
    /// <param name="userId">Whose labels they become where the file does not mark them machine-made.</param>
    /// <param name="progress">Gets pictures done, and all of them or 0 while that is not known.</param>
    public async Task RunAsync(
        long appId, long userId, ImportFiles files, ImportChoices choices, ImportReport report, Action<int, int> progress, CancellationToken ct)
    {
        var format = ExchangeFormats.GetReadable(choices.Format);
        var manifest = ImportManifest.Read(files);
        using var labels = new ImportConcepts(concepts, appId, await concepts.ListAsync(appId, ct), manifest, choices.Labels);
        if (choices.Labels.Count == 0) await labels.MakeAllAsync(ct);
        foreach (var (name, reason) in files.Refused) await report.AddAsync(new ImportRow(name, name, null, ImportResult.Refused, 0, reason));
        var total = manifest?.Inputs ?? await format.CountAsync(files, ct);
        var target = new Target(appId, userId, files, labels);
        using var turn = new SemaphoreSlim(1);
        // What must be fetched is taken side by side: it waits for others. More wait than may fetch, so that one slow host does not keep the rest waiting.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4 * fetch.Value.MaxConnections, CancellationToken = ct };
        var underWay = new ConcurrentDictionary<string, Task>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(ToFetchAsync(), parallel, FetchAsync);

        async IAsyncEnumerable<Fetch> ToFetchAsync()
        {
            await foreach (var item in format.ReadAsync(files, ct))
            {
                ct.ThrowIfCancellationRequested();
                var address = item.Own?.SourceUrl ?? item.Reference;
                if (item is not { Picture: null, Problem: null } || !IsAddress(address))
                {
                    await AddAsync(item, ct);
                    continue;
                }
                var fetched = new Fetch(item, address, underWay.GetValueOrDefault(address, Task.CompletedTask), new TaskCompletionSource());
                underWay[address] = fetched.Done.Task;
                yield return fetched;
            }
        }

        async ValueTask FetchAsync(Fetch fetched, CancellationToken itemCt)
        {
            try
            {
                // Of two rows with one address the first brings the picture, the second what it says of it.
                await fetched.Before;
                await AddAsync(fetched.Item, itemCt);
            }
            finally
            {
                underWay.TryRemove(KeyValuePair.Create(fetched.Address, (Task)fetched.Done.Task));
                fetched.Done.SetResult();
            }
        }

        async Task AddAsync(ImportedInput item, CancellationToken itemCt)
        {
            var row = await TakeAsync(target, item, itemCt);
            await turn.WaitAsync(itemCt);
            try
            {
                await report.AddAsync(row);
                progress(report.Rows, total == 0 ? 0 : Math.Max(total, report.Rows));
            }
            finally
            {
                turn.Release();
            }
        }
    }

    private sealed record Fetch(ImportedInput Item, string Address, Task Before, TaskCompletionSource Done);

    private sealed record Target(long AppId, long UserId, ImportFiles Files, ImportConcepts Labels);

    private async Task<ImportRow> TakeAsync(Target target, ImportedInput item, CancellationToken ct)
    {
        if (item.Problem is not null) return Refused(item, item.Problem);
        try
        {
            var problems = new List<string>();
            var tags = await ResolveAsync(target, item, problems, ct);
            if (await ExistingAsync(target, item, ct) is { } input) return await TagAsync(target, item, input, tags, problems, ct);
            // As a picture is: by its id or its address, without its bytes. The portal's own files name no films.
            if (item.Own is null && await films.FindAsync(target.AppId, item.Id, item.IsAddress ? item.Reference : null, ct) is { } film)
                return FilmRow(item, film.ExternalId, ImportResult.Unchanged, problems);
            return await AddAsync(target, item, tags, problems, ct);
        }
        catch (PortalException e)
        {
            return Refused(item, e.Message);
        }
    }

    /// <summary>The concepts of the item's labels. A label that can be none is a problem of its own.</summary>
    private static async Task<List<ResolvedTag>> ResolveAsync(Target target, ImportedInput item, List<string> problems, CancellationToken ct)
    {
        var tags = new List<ResolvedTag>();
        foreach (var tag in item.Tags)
        {
            try
            {
                if (await target.Labels.FindAsync(tag.Label, ct) is { } concept) tags.Add(new ResolvedTag(concept.Id, tag));
            }
            catch (PortalException e)
            {
                problems.Add($"The label '{Text.Shown(tag.Label)}' was not taken: {e.Message}");
            }
        }
        return tags;
    }

    /// <summary>The input of the app that an item means without its bytes: by id; where it brings no picture, by hash and by name too.</summary>
    private async Task<Input?> ExistingAsync(Target target, ImportedInput item, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var visible = db.Inputs.AsNoTracking().Where(i => i.AppId == target.AppId && i.DeletedAt == null);
        if (item.Id is not null && await visible.SingleOrDefaultAsync(i => i.ExternalId == item.Id, ct) is { } same)
        {
            return item.Own is null || item.Own.Hash == same.ContentHash
                ? same
                : throw new PortalException(StatusCode.DuplicateId, $"The app has another picture with the id '{item.Id}'. Rename one of the two.", item.Id);
        }
        if (item.Picture is not null) return null;
        if (item.IsAddress) return await visible.OrderBy(i => i.Id).FirstOrDefaultAsync(i => i.SourceUrl == item.Reference, ct);
        if (item.Own is not null && await visible.OrderBy(i => i.Id).FirstOrDefaultAsync(i => i.ContentHash == item.Own.Hash, ct) is { } twin) return twin;
        var name = ImportFiles.NameOf(item.Reference.Replace('\\', '/'));
        if (name.Length == 0) return null;
        var called = await visible.Where(i => i.FileName == name).OrderBy(i => i.Id).Take(2).ToListAsync(ct);
        return called.Count < 2
            ? called.SingleOrDefault()
            : throw new PortalException(StatusCode.InvalidRequest, $"Several inputs of the app are called '{Text.Shown(name)}'. Give the input's id, or import the picture with its label.");
    }

    private async Task<ImportRow> AddAsync(Target target, ImportedInput item, List<ResolvedTag> tags, List<string> problems, CancellationToken ct)
    {
        var own = item.Own;
        var (isFile, isAddress) = (item.Picture is not null, IsAddress(item.Reference) || (own?.SourceUrl is { } url && IsAddress(url)));
        if (!isFile && !isAddress)
            return Refused(item, item.Id is null && item.Reference.Length == 0
                ? "It names no picture."
                : $"The picture '{Text.Shown(item.Reference.Length > 0 ? item.Reference : item.Id!)}' is neither in the import nor in the app.");
        var address = isFile ? own?.SourceUrl : IsAddress(item.Reference) ? item.Reference : own!.SourceUrl;
        var fileName = own?.FileName ?? ImportFiles.NameOf(isFile ? item.Picture! : new Uri(item.Reference).AbsolutePath);
        var metadata = own?.Metadata is { } element ? JsonObject.Create(element) : item.Metadata;
        // A portal's own file says what is one input and what are two; elsewhere the same bytes are the same picture.
        var wanted = new NewInput(item.Id, fileName, address, metadata, SkipDuplicate: own is null);
        var conceptIds = own is null ? [] : await ConceptsAsync(target, own, ct);
        try
        {
            await using var opened = isFile ? target.Files.Open(item.Picture!) : await web.OpenAsync(address!, ct);
            await using var content = await PeekedStream.OpenAsync(opened, ct);
            if (content.IsFilm) return await AddFilmAsync(target, item, wanted, content, problems, ct);
            var written = default(TagsWritten);
            var input = await inputs.AcceptAsync(target.AppId, target.UserId, wanted, content, async (db, added) => written = own is null
                ? await writer.TagAsync(db, target.AppId, target.UserId, added.Id, tags, ct)
                : await writer.RestoreAsync(db, target.AppId, target.UserId, added, own, conceptIds, ct), ct);
            changes.Publish(target.AppId, ChangedNoun.Annotations);
            return Row(item, input, ImportResult.Added, written, problems);
        }
        catch (PortalException e) when (e is { Code: StatusCode.InputDuplicate, Subject: { } twin })
        {
            return await TagAsync(target, item, await inputs.GetAsync(target.AppId, twin, ct), tags, problems, ct);
        }
    }

    /// <summary>A film's labels would count for every frame, so a row that gives some brings the film without them.</summary>
    private async Task<ImportRow> AddFilmAsync(Target target, ImportedInput item, NewInput wanted, Stream content, List<string> problems, CancellationToken ct)
    {
        try
        {
            var film = await films.AcceptAsync(target.AppId, target.UserId, wanted, content, ct);
            return FilmRow(item, film.ExternalId, ImportResult.Added, problems);
        }
        catch (PortalException e) when (e is { Code: StatusCode.InputDuplicate, Subject: { } twin })
        {
            return FilmRow(item, twin, ImportResult.Unchanged, problems);
        }
    }

    private static ImportRow FilmRow(ImportedInput item, string filmId, ImportResult result, List<string> problems)
    {
        if (item.Tags.Count > 0) problems.Add("A film takes no labels; label its frames.");
        return new ImportRow(item.Where, item.Reference, filmId, result, 0, string.Join(" ", problems));
    }

    // Before the picture's transaction begins: making a concept is a transaction of its own.
    private static async Task<Dictionary<string, long>> ConceptsAsync(Target target, ExchangeInput own, CancellationToken ct)
    {
        var keys = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var id in own.Annotations.Select(a => a.Concept).Concat(own.Decisions.Select(d => d.Concept)).Distinct())
        {
            if (await target.Labels.FindAsync(id, ct) is { } concept) keys[id] = concept.Id;
        }
        return keys;
    }

    private async Task<ImportRow> TagAsync(Target target, ImportedInput item, Input input, List<ResolvedTag> tags, List<string> problems, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var written = await writer.TagAsync(db, target.AppId, target.UserId, input.Id, tags, ct);
        await transaction.CommitAsync(ct);
        if (written.Count > 0) changes.Publish(target.AppId, ChangedNoun.Annotations);
        return Row(item, input, written.Count > 0 ? ImportResult.Tagged : ImportResult.Unchanged, written, problems);
    }

    private static ImportRow Row(ImportedInput item, Input input, ImportResult result, TagsWritten written, List<string> problems)
    {
        if (written.Kept > 0) problems.Add($"{written.Kept} {(written.Kept == 1 ? "label was" : "labels were")} not taken: a person decided otherwise here.");
        if (written.Strangers > 0) problems.Add($"{written.Strangers} statements of users this portal does not know count as yours.");
        return new ImportRow(item.Where, item.Reference, input.ExternalId, result, written.Count, string.Join(" ", problems));
    }

    private static ImportRow Refused(ImportedInput item, string why) => new(item.Where, item.Reference, null, ImportResult.Refused, 0, why);

    private static bool IsAddress(string reference) => reference.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || reference.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
