using Portal.Core.Domain.Inputs;

namespace Portal.Features.Explorer;

/// <summary>The inputs a person has chosen on the wall, in view or not.</summary>
public sealed class Selection
{
    private long? _anchor;

    public InputSet Keys { get; private set; } = new();

    public int Count { get; private set; }

    public bool Contains(long key) => Keys.Contains(key);

    public void Toggle(long key)
    {
        if (Keys.Contains(key))
        {
            Keys.Remove(key);
        }
        else
        {
            Keys.Add(key);
        }

        _anchor = key;
        Count = Keys.Count;
    }

    /// <summary>Adds all between the last one that was chosen by itself and this one, in the wall's order.</summary>
    public void ExtendTo(WallIndex wall, long key)
    {
        if (wall.PlaceOf(key) is not { } to)
        {
            return;
        }

        var from = _anchor is { } anchor && wall.PlaceOf(anchor) is { } place ? place : to;
        Add(wall.Keys(Math.Min(from, to), Math.Abs(to - from) + 1));
        _anchor ??= key;
    }

    public void Add(IEnumerable<long> keys)
    {
        foreach (var key in keys)
        {
            Keys.Add(key);
        }

        Count = Keys.Count;
    }

    /// <summary>Chooses exactly a set, of which it takes a copy.</summary>
    public void Set(InputSet keys)
    {
        Keys = keys.Clone();
        Count = Keys.Count;
        _anchor = null;
    }

    public void Clear() => Set(new InputSet());
}
