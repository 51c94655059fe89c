using System.Collections.Concurrent;
using System.Diagnostics;

namespace Portal.Core.Services.Inputs;

/// <summary>
/// Which span took each waiting input in, so that the work on it, which comes later and on another thread, can point
/// back to the request. Kept in memory: after a restart the link is missing, and nothing else.
/// </summary>
public sealed class AcceptedSpans
{
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<long, ActivityContext> _contexts = new();

    /// <summary>Remembers the current span; without a listener there is none, and nothing is kept.</summary>
    internal void Keep(long inputId, Activity? span)
    {
        if (span is not null && _contexts.Count < Most)
        {
            _contexts[inputId] = span.Context;
        }
    }

    internal IEnumerable<ActivityLink> Take(long inputId) =>
        _contexts.TryRemove(inputId, out var context) ? [new ActivityLink(context)] : [];
}
