using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Fetch;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Videos;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// Takes pictures in, some in one transaction. Of pictures that follow one another those go together that do not need
/// each other; each is taken as if all before it had been taken already.
/// </summary>
public sealed class ImportIntake(
    IDbContextFactory<PortalDbContext> contexts,
    InputService inputs,
    VideoService videos,
    PatientFetch web,
    ImportWriter writer,
    ChangeFeed changes
)
{
    /// <summary>Pictures checked and flushed at once: whoever waits for the disk needs no processor.</summary>
    private const int KeptAtOnce = 4;

    /// <param name="fetches">Whether to fetch pictures from the web; otherwise they are left.</param>
    /// <returns>What became of each, in their order; null for a picture that is to be fetched first.</returns>
    internal async Task<IReadOnlyList<ImportRow?>> TakeAsync(
        ImportTarget target,
        IReadOnlyList<ImportedInput> items,
        bool fetches,
        CancellationToken ct
    )
    {
        var pictures = items.Select(item => new ImportPicture(item)).ToList();
        try
        {
            foreach (var picture in pictures)
            {
                await ResolveAsync(target, picture, ct);
            }

            for (var rest = pictures.Where(p => p.Row is null).ToList(); rest.Count > 0; )
            {
                await using (var db = await contexts.CreateDbContextAsync(ct))
                {
                    await ImportFinder.FindAsync(db, target.AppId, rest, ct);
                }

                foreach (var picture in rest)
                {
                    await ReceiveAsync(target, picture, fetches, ct);
                }

                await using (var db = await contexts.CreateDbContextAsync(ct))
                {
                    await ImportFinder.FindDuplicatesAsync(db, target.AppId, rest);
                }

                var first = Independent(rest);
                await WriteAsync(target, first, ct);
                rest.RemoveRange(0, first.Count);
            }
            return pictures.ConvertAll(p => p.Row);
        }
        finally
        {
            foreach (var picture in pictures)
            {
                picture.Dispose();
            }
        }
    }

    /// <summary>The concepts of the picture's labels, made if need be. A label that can be none is left out.</summary>
    private static async Task ResolveAsync(ImportTarget target, ImportPicture picture, CancellationToken ct)
    {
        var item = picture.Item;
        if (item.Problem is not null)
        {
            picture.Refuse(item.Problem);
            return;
        }
        foreach (var tag in item.Tags)
        {
            try
            {
                if (await target.Labels.FindAsync(tag.Label, ct) is { } concept)
                {
                    picture.Tags.Add(new ResolvedTag(concept.Id, tag));
                }
            }
            catch (PortalException e)
            {
                picture.LeftOut.Add($"The label '{Text.Shown(tag.Label)}' was not taken: {e.Message}");
            }
        }
    }

    /// <summary>Receives the bytes of a picture that the app does not have.</summary>
    private async Task ReceiveAsync(ImportTarget target, ImportPicture picture, bool fetches, CancellationToken ct)
    {
        var (item, own) = (picture.Item, picture.Item.Own);
        var isFile = item.Picture is not null;
        if (picture is not { Row: null, Known: null, Problem: null, Arriving: null })
        {
            return;
        }
        // Without its bytes, as a picture is; and what the import holds is not looked for before it is known to be a
        // video.
        if (!isFile && own is null && await IsKnownVideoAsync(target, picture, ct))
        {
            return;
        }

        if (!isFile && !(fetches && picture.Address is not null))
        {
            return;
        }

        var fileName =
            own?.FileName ?? ImportFiles.NameOf(isFile ? item.Picture! : new Uri(picture.Address!).AbsolutePath);
        // A portal's own file says what is one input and what are two; elsewhere the same bytes are the same picture.
        var wanted = new NewInput(
            item.Id,
            fileName,
            isFile ? own?.SourceUrl : picture.Address,
            own?.Metadata is { } metadata ? JsonObject.Create(metadata) : item.Metadata,
            SkipDuplicate: own is null
        );
        try
        {
            // Making a concept is a transaction of its own.
            foreach (
                var id in own is null
                    ? []
                    : own.Annotations.Select(a => a.Concept).Concat(own.Decisions.Select(d => d.Concept)).Distinct()
            )
            {
                if (await target.Labels.FindAsync(id, ct) is { } concept)
                {
                    picture.ConceptIds[id] = concept.Id;
                }
            }
            await using var opened = isFile
                ? target.Files.Open(item.Picture!)
                : await web.OpenAsync(picture.Address!, ct);
            await using var content = await PeekedStream.OpenAsync(opened, ct);
            if (content.IsVideo && !await IsKnownVideoAsync(target, picture, ct))
            {
                await AddVideoAsync(target, picture, wanted, content, ct);
            }
            else if (picture.Row is null)
            {
                picture.Arriving = await inputs.ReceiveAsync(wanted, content, ct);
            }
        }
        catch (PortalException e)
        {
            picture.Refuse(e.Message);
        }
    }

    /// <summary>Ends a row that names a video the app has, by id or address.</summary>
    private async Task<bool> IsKnownVideoAsync(ImportTarget target, ImportPicture picture, CancellationToken ct)
    {
        var item = picture.Item;
        if (await videos.FindAsync(target.AppId, item.Id, item.IsAddress ? item.Reference : null, ct) is not { } video)
        {
            return false;
        }

        EndVideo(picture, video.ExternalId, ImportResult.Unchanged);
        return true;
    }

    private async Task AddVideoAsync(
        ImportTarget target,
        ImportPicture picture,
        NewInput wanted,
        Stream content,
        CancellationToken ct
    )
    {
        try
        {
            var video = await videos.AcceptAsync(target.AppId, target.UserId, wanted, content, ct);
            EndVideo(picture, video.ExternalId, ImportResult.Added);
        }
        catch (PortalException e) when (e is { Code: StatusCode.InputDuplicate, Subject: { } twin })
        {
            EndVideo(picture, twin, ImportResult.Unchanged);
        }
    }

    /// <summary>
    /// A video's labels would count for every frame, so a row that gives some brings the video without them.
    /// </summary>
    private static void EndVideo(ImportPicture picture, string videoId, ImportResult result)
    {
        if (picture.Item.Tags.Count > 0)
        {
            picture.LeftOut.Add("A video takes no labels; label its frames.");
        }

        picture.End(videoId, result, default);
    }

    /// <summary>
    /// The first pictures, as many as need nothing of each other. What is wrong with them cannot change any more.
    /// </summary>
    private static List<ImportPicture> Independent(IReadOnlyList<ImportPicture> pictures)
    {
        var brought = new HashSet<string>(StringComparer.Ordinal);
        var first = pictures
            .TakeWhile(picture =>
            {
                if (picture.Row is null && brought.Overlaps(picture.Needs()))
                {
                    return false;
                }

                if (picture.Row is null)
                {
                    brought.UnionWith(picture.Brings());
                }

                return true;
            })
            .ToList();
        foreach (var picture in first.Where(p => p is { Row: null, Known: null, Arriving: null }))
        {
            var item = picture.Item;
            picture.MustBeFetched = picture.Problem is null && picture.Address is not null;
            if (picture.MustBeFetched)
            {
                continue;
            }

            picture.Refuse(
                picture.Problem
                    ?? (
                        item.Id is null && item.Reference.Length == 0
                            ? "It names no picture."
                            : $"The picture '{Text.Shown(item.Reference.Length > 0 ? item.Reference : item.Id!)}' "
                                + $"is neither in the import nor in the app."
                    )
            );
        }
        return first;
    }

    private async Task WriteAsync(ImportTarget target, IReadOnlyList<ImportPicture> pictures, CancellationToken ct)
    {
        await Parallel.ForEachAsync(
            pictures.Where(p => p is { Row: null, Known: null, Arriving: not null }),
            new ParallelOptions { MaxDegreeOfParallelism = KeptAtOnce, CancellationToken = ct },
            async (picture, _) =>
            {
                try
                {
                    await inputs.KeepAsync(target.AppId, picture.Arriving!, ct);
                }
                catch (PortalException e)
                {
                    picture.Refuse(e.Message);
                }
            }
        );
        await CommitAsync(target, pictures.Where(p => p is { Row: null, MustBeFetched: false }).ToList(), ct);
    }

    /// <summary>
    /// Commits pictures; where one of them is refused in the middle, each half by itself, until it is alone.
    /// </summary>
    private async Task CommitAsync(ImportTarget target, List<ImportPicture> pictures, CancellationToken ct)
    {
        if (pictures.Count == 0)
        {
            return;
        }

        try
        {
            await CommitTogetherAsync(target, pictures, ct);
        }
        catch (PortalException e)
        {
            if (pictures is [var picture])
            {
                picture.Refuse(e.Message);
                return;
            }
            var half = pictures.Count / 2;
            await CommitAsync(target, pictures[..half], ct);
            await CommitAsync(target, pictures[half..], ct);
        }
    }

    private async Task CommitTogetherAsync(ImportTarget target, List<ImportPicture> pictures, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Asked again where nobody else can insert in between.
        await ImportFinder.FindDuplicatesAsync(db, target.AppId, pictures);
        var added = pictures.Where(p => p.Known is null).ToList();
        await inputs.AddAsync(db, target.AppId, target.UserId, added.ConvertAll(p => p.Arriving!), ct);
        var (restored, tagged) = (
            added.Where(p => p.Item.Own is not null).ToList(),
            pictures.Where(p => p.Known is not null || p.Item.Own is null).ToList()
        );
        var ofTagged = await writer.TagAsync(
            db,
            target.AppId,
            target.UserId,
            tagged.ConvertAll(p => (p.Known?.Id ?? p.Arriving!.Row!.Id, (IReadOnlyList<ResolvedTag>)p.Tags)),
            ct
        );
        var ofRestored = await writer.RestoreAsync(
            db,
            target.AppId,
            target.UserId,
            restored.ConvertAll(p => new RestoredInput(p.Arriving!.Row!, p.Item.Own!, p.ConceptIds)),
            ct
        );
        await transaction.CommitAsync(ct);
        inputs.Announce(target.AppId, added.ConvertAll(p => p.Arriving!));
        if (ofTagged.Concat(ofRestored).Any(w => w.Count > 0))
        {
            changes.Publish(target.AppId, ChangedNoun.Annotations);
        }

        foreach (var (picture, written) in tagged.Zip(ofTagged).Concat(restored.Zip(ofRestored)))
        {
            picture.End(
                picture.Known?.ExternalId ?? picture.Arriving!.ExternalId,
                picture.Known is null ? ImportResult.Added
                    : written.Count > 0 ? ImportResult.Tagged
                    : ImportResult.Unchanged,
                written
            );
        }
    }
}
