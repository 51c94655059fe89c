using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// Finds the inputs of an app that pictures of an import mean. What names share with many inputs is asked for one by
/// one, so that no answer is large.
/// </summary>
internal static class ImportFinder
{
    private static readonly Func<PortalDbContext, long, string, Task<KnownInput?>> ByBytes = EF.CompileAsyncQuery(
        (PortalDbContext db, long appId, string hash) =>
            db
                .Inputs.Where(i => i.AppId == appId && i.ContentHash == hash && i.DeletedAt == null)
                .OrderBy(i => i.Id)
                .Select(i => new KnownInput(i.Id, i.ExternalId))
                .FirstOrDefault()
    );

    private static readonly Func<PortalDbContext, long, string, Task<KnownInput?>> ByAddress = EF.CompileAsyncQuery(
        (PortalDbContext db, long appId, string url) =>
            db
                .Inputs.Where(i => i.AppId == appId && i.SourceUrl == url && i.DeletedAt == null)
                .OrderBy(i => i.Id)
                .Select(i => new KnownInput(i.Id, i.ExternalId))
                .FirstOrDefault()
    );

    private static readonly Func<PortalDbContext, long, string, IAsyncEnumerable<KnownInput>> ByName =
        EF.CompileAsyncQuery(
            (PortalDbContext db, long appId, string name) =>
                db
                    .Inputs.Where(i => i.AppId == appId && i.FileName == name && i.DeletedAt == null)
                    .OrderBy(i => i.Id)
                    .Select(i => new KnownInput(i.Id, i.ExternalId))
                    .Take(2)
        );

    /// <summary>
    /// The inputs that pictures mean without their bytes: by id; where they bring no picture, by hash, address and name
    /// too.
    /// </summary>
    public static async Task FindAsync(
        PortalDbContext db,
        long appId,
        IReadOnlyList<ImportPicture> pictures,
        CancellationToken ct
    )
    {
        var ids = pictures.Select(p => p.Item.Id).OfType<string>().Distinct().ToList();
        var byId =
            ids.Count == 0
                ? []
                : await db
                    .Inputs.Where(i => i.AppId == appId && ids.Contains(i.ExternalId) && i.DeletedAt == null)
                    .Select(i => new
                    {
                        i.Id,
                        i.ExternalId,
                        i.ContentHash,
                    })
                    .ToDictionaryAsync(i => i.ExternalId, StringComparer.Ordinal, ct);
        foreach (var picture in pictures)
        {
            var item = picture.Item;
            (picture.Known, picture.Problem) = (null, null);
            if (item.Id is { } id && byId.TryGetValue(id, out var same))
            {
                if (item.Own is null || item.Own.Hash == same.ContentHash)
                {
                    picture.Known = new KnownInput(same.Id, same.ExternalId);
                }
                else
                {
                    picture.Problem = $"The app has another picture with the id '{id}'. Rename one of the two.";
                }

                continue;
            }
            if (item.Picture is not null)
            {
                continue;
            }

            if (item.IsAddress)
            {
                picture.Known = await ByAddress(db, appId, item.Reference);
            }
            else if (item.Own is null || (picture.Known = await ByBytes(db, appId, item.Own.Hash)) is null)
            {
                await FindByNameAsync(db, appId, picture, ct);
            }
        }
    }

    /// <summary>
    /// The inputs with the bytes that have arrived, of which the app has one where the file is another tool's.
    /// </summary>
    public static async Task FindDuplicatesAsync(PortalDbContext db, long appId, IEnumerable<ImportPicture> pictures)
    {
        foreach (var picture in pictures)
        {
            if (picture is { Known: null, Problem: null, Item.Own: null, Arriving: { } arriving })
            {
                picture.Known = await ByBytes(db, appId, arriving.Blob.Hash);
            }
        }
    }

    private static async Task FindByNameAsync(
        PortalDbContext db,
        long appId,
        ImportPicture picture,
        CancellationToken ct
    )
    {
        if (picture.Name.Length == 0)
        {
            return;
        }

        var called = await ByName(db, appId, picture.Name).ToListAsync(ct);
        if (called.Count < 2)
        {
            picture.Known = called.SingleOrDefault();
        }
        else
        {
            picture.Problem =
                $"Several inputs of the app are called '{Text.Shown(picture.Name)}'. Give the input's id, or import "
                + $"the picture with its label.";
        }
    }
}
