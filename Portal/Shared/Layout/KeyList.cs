namespace Portal.Shared.Layout;

/// <summary>A key and what it does, as the <c>?</c> sheet lists it.</summary>
public sealed record KeyHint(string Keys, string Text);

/// <summary>The keys that work on the page at hand. A page registers its own while it is shown.</summary>
public sealed class KeyList
{
    private static readonly KeyHint[] Everywhere =
    [
        new("/", "Search"),
        new("?", "These keys"),
        new("Esc", "Close a dialog or a menu"),
    ];
    private readonly List<Section> _sections = [new("Everywhere", Everywhere)];

    public IReadOnlyList<Section> Sections => _sections;

    /// <summary>Lists a page's keys until the result is disposed.</summary>
    public IDisposable Register(string title, params KeyHint[] keys)
    {
        var section = new Section(title, keys);
        _sections.Insert(_sections.Count - 1, section);
        return new Registration(() => _sections.Remove(section));
    }

    public sealed record Section(string Title, IReadOnlyList<KeyHint> Keys);

    private sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
