using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain.Ids;

namespace Portal.Core.Data;

internal static class ReadableIds
{
    /// <summary>
    /// The chosen id, checked; where none was chosen, the name as an id if no row among <paramref name="rows"/> has it,
    /// else a made one.
    /// </summary>
    public static async Task<string> ReadableAsync<T>(
        this IdGenerator ids,
        IQueryable<T> rows,
        string? chosen,
        string? name,
        string noun,
        CancellationToken ct
    )
        where T : class, IHideable
    {
        if (!string.IsNullOrEmpty(chosen) || IdGenerator.FromName(name) is not { } readable)
        {
            return ids.ChosenOrNew(chosen, noun);
        }

        return await rows.AnyAsync(row => row.ExternalId == readable, ct) ? ids.NewId() : readable;
    }
}
