namespace Portal.Shared.Components;

/// <summary>The portal's icons: strokes on a 24 × 24 grid, drawn for it.</summary>
internal static class IconPaths
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        // Nouns
        ["explorer"] = "M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z",
        ["label"] = "M4 20l1-4.5L16 4.5a2.1 2.1 0 0 1 3 0l.5.5a2.1 2.1 0 0 1 0 3L8.5 19zM13 21h7",
        ["review"] = "M4 12.5l5 5L20 6.5",
        ["concepts"] = "M3.5 3.5h8l9 9-8 8-9-9zM8 8h.01",
        ["models"] = "M12 3l9 4.7-9 4.7-9-4.7zM3 12.2l9 4.7 9-4.7M3 16.6l9 4.7 9-4.7",
        ["workflows"] = "M3 9h5v6H3zM16 3h5v6h-5zM16 15h5v6h-5zM8 12h4M12 12V6h4M12 12v6h4",
        ["exchange"] = "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
        ["jobs"] = "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7.5V12l3 2.5",
        ["settings"] = "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
        ["image"] = "M3.5 4.5h17v15h-17zM4 17l5-5.5 4 4 2.5-2.5 5 5M15.5 9h.01",
        ["videos"] = "M4 4h16v16H4zM8 4v16M16 4v16M4 8.5h4M4 12h4M4 15.5h4M16 8.5h4M16 12h4M16 15.5h4",
        ["video"] = "M3 6h12v12H3zM15 11l6-3.5v9L15 13",
        ["user"] = "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20.5c.6-4 3.4-6 7.5-6s6.9 2 7.5 6",
        ["key"] = "M8 11.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM11.2 12.8 20 4M16 8l3 3",
        // Actions
        ["lock"] = "M5 11h14v9.5H5zM8 11V7.5a4 4 0 0 1 8 0V11M12 14.5v2.5",
        ["search"] = "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.3 15.3 20.5 20.5",
        ["upload"] = "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
        ["download"] = "M12 4v12M7 11l5 5 5-5M4 16v4h16v-4",
        ["plus"] = "M12 5v14M5 12h14",
        ["minus"] = "M5 12h14",
        ["check"] = "M5 12.5l4.5 4.5L19 7.5",
        ["close"] = "M6 6l12 12M18 6 6 18",
        ["more"] =
            "M4.8 12a.7.7 0 1 0 1.4 0 .7.7 0 1 0-1.4 0zM11.3 12a.7.7 0 1 0 1.4 0 .7.7 0 1 0-1.4 0zM17.8 12a.7.7 0 1 "
            + "0 1.4 0 .7.7 0 1 0-1.4 0z",
        ["edit"] = "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z",
        ["trash"] = "M4 6.5h16M9 6.5V4h6v2.5M6 6.5 7 20.5h10l1-14M10 10.5v6M14 10.5v6",
        ["undo"] = "M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12H9",
        ["redo"] = "M16 5l4 4-4 4M20 9H10a6 6 0 0 0 0 12h5",
        ["refresh"] = "M20 5v5h-5M4 19v-5h5M19.5 10A8 8 0 0 0 5.5 7.5M4.5 14a8 8 0 0 0 14 2.5",
        ["play"] = "M7 4.5 19 12 7 19.5z",
        ["copy"] = "M9 9h11v11H9zM15 9V4H4v11h5",
        ["filter"] = "M3.5 5h17L14 13v7l-4-2.5V13z",
        ["grid"] = "M4 4h16v16H4zM4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16",
        ["list"] = "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
        ["eye"] =
            "M2.5 12C5 7.5 8.2 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.7 6.5-9.5 6.5S5 16.5 2.5 12zM12 9a3 3 0 1 1 0 6 3 "
            + "3 0 0 1 0-6z",
        ["wand"] = "M4 20 14 10M12.5 8.5l3 3M17 3v4M15 5h4M20 12v3M18.5 13.5h3M8 4v3M6.5 5.5h3",
        ["train"] = "M4 19.5h16M6 16l4-5 4 3 5.5-8M19.5 10V6h-4",
        ["default"] = "M12 3.5l2.6 5.3 5.9.9-4.3 4.1 1 5.8L12 16.9l-5.2 2.7 1-5.8L3.5 9.7l5.9-.9z",
        ["history"] = "M4 5v5h5M4.5 10A8 8 0 1 1 4 13.5M12 8v4.5l3 2",
        ["fit"] = "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
        ["sign-out"] = "M10 4H4v16h6M9 12h11M16 8l4 4-4 4",
        // Directions and signs
        ["chevron-down"] = "M6 9.5l6 6 6-6",
        ["chevron-up"] = "M6 14.5l6-6 6 6",
        ["chevron-left"] = "M14.5 6l-6 6 6 6",
        ["chevron-right"] = "M9.5 6l6 6-6 6",
        ["arrow-left"] = "M20 12H4M10 6l-6 6 6 6",
        ["info"] = "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5.5M12 7.5h.01",
        ["warning"] = "M12 4 21.5 20h-19zM12 10v4.5M12 17.2h.01",
        ["keyboard"] = "M2.5 6h19v12h-19zM6 10h.01M10 10h.01M14 10h.01M18 10h.01M7 14h10",
        ["sun"] =
            "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 "
            + "1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
        ["moon"] = "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
        ["monitor"] = "M3 4.5h18v12H3zM9 20.5h6M12 16.5v4",
    };

    /// <exception cref="ArgumentException">There is no icon of that name.</exception>
    public static string Of(string name) =>
        Paths.TryGetValue(name, out var path)
            ? path
            : throw new ArgumentException($"There is no icon '{name}'.", nameof(name));
}
