namespace Portal.Core.Domain.Ids;

/// <summary>
/// A row that can be deleted with an undo. Deleting hides it and frees its id; the '~' in the parked id cannot occur in
/// a chosen one, so a hidden row never stands in the way of a new row with the old id.
/// </summary>
public interface IHideable
{
    long Id { get; }
    string ExternalId { get; set; }
    DateTime? DeletedAt { get; set; }
}

public static class Hiding
{
    public static void Hide(this IHideable row, DateTime now)
    {
        if (row.DeletedAt is not null)
        {
            return;
        }

        row.DeletedAt = now;
        row.ExternalId = $"{row.ExternalId}~{row.Id}";
    }

    /// <summary>The id the row had, and gets back unless something else took it meanwhile.</summary>
    public static string VisibleId(this IHideable row) =>
        row.DeletedAt is null ? row.ExternalId : row.ExternalId[..row.ExternalId.LastIndexOf('~')];

    public static void Restore(this IHideable row)
    {
        row.ExternalId = row.VisibleId();
        row.DeletedAt = null;
    }
}
