using System.Collections.Concurrent;

namespace Portal.Core.Data;

public enum ChangedNoun
{
    Inputs,
    Annotations,
    Concepts,
    Models,
    Workflows,
    Jobs,
    Apps,

    /// <summary>Memberships and invitations.</summary>
    Members,
    Datasets,
}

/// <summary>Something of an app changed. It names no row: whoever listens reads again what it shows.</summary>
public readonly record struct Change(long AppId, ChangedNoun Noun);

/// <summary>Tells open pages, in this process, that something was committed.</summary>
public sealed class ChangeFeed
{
    private readonly ConcurrentDictionary<object, Action<Change>> _listeners = new();

    public void Publish(long appId, ChangedNoun noun)
    {
        foreach (var listener in _listeners.Values)
        {
            listener(new Change(appId, noun));
        }
    }

    /// <summary>
    /// Calls <paramref name="listener"/>, on the publisher's thread, until the result is disposed. It must not block or
    /// throw.
    /// </summary>
    public IDisposable Subscribe(Action<Change> listener)
    {
        var subscription = new Subscription(this);
        _listeners[subscription] = listener;
        return subscription;
    }

    private sealed class Subscription(ChangeFeed feed) : IDisposable
    {
        public void Dispose() => feed._listeners.TryRemove(this, out _);
    }
}
