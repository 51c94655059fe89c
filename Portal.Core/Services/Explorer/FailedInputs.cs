using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Services.Explorer;

/// <summary>Inputs of one app that failed for one reason.</summary>
/// <param name="AppKey">The app's internal key.</param>
/// <param name="OwnerId">With <paramref name="AppId"/>, the app as addresses name it.</param>
/// <param name="Reason">For a person to read, with the remedy.</param>
/// <param name="Last">When the last of them failed.</param>
public sealed record FailureReason(
    long AppKey,
    string OwnerId,
    string AppId,
    string AppName,
    string Reason,
    int Count,
    DateTime Last
);

/// <summary>Why inputs fail.</summary>
public sealed class FailedInputs(IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>The reasons of most inputs first.</summary>
    /// <param name="appId">The app's internal key, or null for all apps.</param>
    public Task<IReadOnlyList<FailureReason>> ReasonsAsync(long? appId, int most, CancellationToken ct) =>
        ReasonsAsync(appId, StatusCode.InputFailed, most, ct);

    /// <summary>
    /// Why inputs are held that would else be worked off, as <see cref="ReasonsAsync(long?, int, CancellationToken)"/>.
    /// </summary>
    public Task<IReadOnlyList<FailureReason>> ReasonsHeldAsync(long? appId, int most, CancellationToken ct) =>
        ReasonsAsync(appId, StatusCode.InputPending, most, ct);

    private async Task<IReadOnlyList<FailureReason>> ReasonsAsync(
        long? appId,
        StatusCode status,
        int most,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var groups = await (
            from i in db.Inputs
            where
                db.Apps.Any(a => a.Id == i.AppId && a.DeletedAt == null && (appId == null || a.Id == appId))
                && i.Status == status
                && i.DeletedAt == null
                && (status == StatusCode.InputFailed || i.StatusDetail != null)
            group i by new { i.AppId, i.StatusDetail } into same
            orderby same.Count() descending
            select new
            {
                same.Key.AppId,
                same.Key.StatusDetail,
                Count = same.Count(),
                Last = same.Max(i => i.ProcessedAt ?? i.ModifiedAt),
            }
        )
            .Take(most)
            .ToListAsync(ct);
        var appIds = groups.Select(g => g.AppId).ToList();
        var apps = await (
            from a in db.Apps
            join owner in db.Users on a.OwnerId equals owner.Id
            where appIds.Contains(a.Id)
            select new
            {
                a.Id,
                a.ExternalId,
                a.Name,
                OwnerId = owner.UserName!,
            }
        ).ToDictionaryAsync(a => a.Id, ct);
        return
        [
            .. groups.Select(g => new FailureReason(
                g.AppId,
                apps[g.AppId].OwnerId,
                apps[g.AppId].ExternalId,
                apps[g.AppId].Name,
                g.StatusDetail ?? "",
                g.Count,
                g.Last
            )),
        ];
    }
}
