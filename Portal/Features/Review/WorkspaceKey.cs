using Portal.Shared.Layout;

namespace Portal.Features.Review;

/// <summary>
/// A key of the workspace: the one table that its script acts on, its buttons show and the <c>?</c> sheet lists.
/// </summary>
/// <param name="Action">What the script does.</param>
/// <param name="Key">As the browser names it, with <c>shift+</c> before it.</param>
/// <param name="Shown">As people read it.</param>
public sealed record WorkspaceKey(string Action, string Key, string Shown, string Text)
{
    private static readonly WorkspaceKey[] Both =
    [
        new("skip", " ", "Space", "Skip; on a grid, change a picture's answer"),
        new("undo", "z", "Z", "Undo"),
        new("redo", "shift+z", "Shift Z", "Redo"),
        new("grid", "g", "G", "Grid or one large picture"),
        new("previous", "ArrowLeft", "←", "Previous"),
        new("next", "ArrowRight", "→", "Next"),
        new("up", "ArrowUp", "↑", "Grid: the row above"),
        new("down", "ArrowDown", "↓", "Grid: the row below"),
    ];

    public static IReadOnlyList<WorkspaceKey> Of(WorkspaceKind kind) =>
        kind == WorkspaceKind.Review
            ?
            [
                new("yes", "a", "A", "Yes, approve"),
                new("no", "r", "R", "No, reject"),
                new("accept", "Enter", "Enter", "Grid: accept all answers"),
                .. Both,
            ]
            :
            [
                new("accept", "Enter", "Enter", "Take the model's guess; on a grid, accept all answers"),
                new("same", "s", "S", "Same as last"),
                .. Both,
            ];

    public static KeyHint[] Hints(WorkspaceKind kind) =>
        [
            .. Of(kind).Select(k => new KeyHint(k.Shown, k.Text)),
            new KeyHint(
                "1 – 9",
                kind == WorkspaceKind.Review ? "It is something else (each concept's key)" : "✓ (each concept's key)"
            ),
            .. kind == WorkspaceKind.Label ? [new KeyHint("Shift 1 – 9", "✗")] : Array.Empty<KeyHint>(),
        ];
}
