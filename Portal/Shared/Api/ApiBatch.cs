using Portal.Core.Domain.Errors;

namespace Portal.Shared.Api;

/// <summary>Items of one request that succeed or fail each on its own.</summary>
internal static class ApiBatch
{
    /// <summary>The items a request gave, in the plural or singular spelling.</summary>
    /// <exception cref="PortalException">There are none, too many, or an item is null.</exception>
    public static IReadOnlyList<T> Items<T>(
        IReadOnlyList<T?>? plural,
        T? singular,
        string field,
        int max = ApiLimits.MaxItems
    )
        where T : class
    {
        IReadOnlyList<T?> items = plural ?? (singular is null ? [] : [singular]);
        if (items.Count == 0)
        {
            throw Invalid(field, $"is missing or empty. Give 1 to {max}");
        }

        if (items.Count > max)
        {
            throw Invalid(
                field,
                $"holds {items.Count}; at most {max} are allowed in one request. Send them in several"
            );
        }

        return [.. items.Select((item, i) => item ?? throw Invalid($"{field}[{i}]", "is null. Leave it out"))];
    }

    /// <summary>Works on items one after another.</summary>
    /// <param name="failed">What stands in the answer for an item that failed.</param>
    public static async Task<BatchOutcome<TOut>> RunAsync<TIn, TOut>(
        IReadOnlyList<TIn> items,
        Func<TIn, Task<TOut>> work,
        Func<TIn, ApiStatus, TOut> failed
    )
    {
        var results = new List<TOut>(items.Count);
        var failures = new List<PortalException>();
        foreach (var item in items)
        {
            try
            {
                results.Add(await work(item));
            }
            catch (PortalException e)
            {
                failures.Add(e);
                results.Add(failed(item, ApiStatus.Of(e)));
            }
        }
        return new BatchOutcome<TOut>(results, Status(items.Count, failures));
    }

    /// <summary>What a request comes to: all well, part of it failed, or the first failure where all did.</summary>
    public static ApiStatus Status(int count, IReadOnlyList<PortalException> failures) =>
        failures.Count switch
        {
            0 => ApiStatus.Ok,
            _ when failures.Count < count => ApiStatus.Of(
                StatusCode.Mixed,
                $"{failures.Count} of {count} failed; each item has its own status."
            ),
            _ => ApiStatus.Of(failures[0]),
        };

    private static PortalException Invalid(string field, string what) =>
        new(StatusCode.InvalidRequest, $"'{field}' {what}.", field);
}
