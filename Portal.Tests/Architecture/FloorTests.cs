using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Portal.Core;

namespace Portal.Tests.Architecture;

/// <summary>
/// What may use what, read from the built assemblies: a folder uses folders of floors below, and on its own floor those
/// named before it. <c>docs/architecture.md</c> shows the picture.
/// </summary>
public sealed class FloorTests
{
    /// <summary>From the bottom up. Floors of one line know nothing of each other.</summary>
    private static readonly Floor[][] s_core =
    [
        [new("Platform", "")],
        [
            new(
                "Domain",
                "Errors Ids Users Apps Concepts Videos Inputs Embeddings Models Workflows Runs Annotations "
                    + "Explorer Jobs "
                    + "Audit Exchange Datasets Watching Evaluation"
            ),
        ],
        [new("Engines", "Images Embedding Training Videos Fetch Archives"), new("Data", "")],
        [
            new(
                "Services",
                "Audit Users Jobs Embeddings Models Apps Annotations Runs Inputs Explorer Concepts Workflows "
                    + "Bulk Videos "
                    + "Reembedding Evaluation Training Labeling Automation Datasets Exchange Watching Storage"
            ),
        ],
    ];

    private static readonly Floor[][] s_web =
    [
        [new("Shared", "Identity Media Api Access Limits Live Pages Components Layout")],
        [
            new(
                "Features",
                "SignIn Media Concepts Videos Inputs Annotations Users Members Settings Apps Audit Embeddings "
                    + "Jobs Runs "
                    + "Health Suggestions Models Evaluation Upload Explorer InputPage Datasets Watching "
                    + "Exchange Review "
                    + "Workflows"
            ),
        ],
        [new("Hosting", "")],
        [new("Demo", ""), new("Commands", "")],
    ];

    /// <summary>Reading the assemblies takes seconds: once for both tests.</summary>
    private static readonly Lazy<ArchUnitNET.Domain.Architecture> s_architecture = new(() =>
        new ArchLoader().LoadAssemblies(typeof(PortalCore).Assembly, typeof(Hosting.PortalHost).Assembly).Build()
    );

    [Fact]
    public void Folders_of_the_core_use_only_what_lies_below() => Check("Portal.Core", s_core);

    [Fact]
    public void Folders_of_the_web_app_use_only_what_lies_below() => Check("Portal", s_web);

    private static void Check(string root, Floor[][] floors)
    {
        var rooms = Rooms(root, floors);
        var unplaced = new SortedSet<string>(StringComparer.Ordinal);
        var upward = new SortedSet<string>(StringComparer.Ordinal);
        var arrows = 0;
        foreach (var type in s_architecture.Value.Types.Where(t => FolderOf(t, root) is not null))
        {
            if (rooms.Of(FolderOf(type, root)!) is not { } from)
            {
                unplaced.Add(type.FullName);
                continue;
            }

            foreach (var target in type.Dependencies.Select(d => d.Target).Where(t => FolderOf(t, root) is not null))
            {
                if (rooms.Of(FolderOf(target, root)!) is not { } to || to == from)
                {
                    continue;
                }

                arrows++;
                if (!rooms.MayUse(from, to))
                {
                    upward.Add($"{type.FullName} uses {target.FullName}");
                }
            }
        }

        Assert.Equal("", string.Join(Environment.NewLine, unplaced));
        Assert.Equal("", string.Join(Environment.NewLine, upward));
        // What reads nothing would find nothing.
        Assert.InRange(arrows, 500, int.MaxValue);
    }

    /// <summary>The folders of a type below the root; null for a type outside it, or at its very top.</summary>
    private static string[]? FolderOf(IType type, string root)
    {
        var name = type.Namespace?.FullName ?? "";
        return
            name.StartsWith(root + ".", StringComparison.Ordinal)
            && !(root == "Portal" && name.StartsWith("Portal.Core", StringComparison.Ordinal))
            ? name[(root.Length + 1)..].Split('.')
            : null;
    }

    private static RoomTable Rooms(string root, Floor[][] floors)
    {
        var rooms = new Dictionary<string, Room>();
        for (var level = 0; level < floors.Length; level++)
        {
            foreach (var floor in floors[level])
            {
                var names = floor.Folders.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (names.Length == 0)
                {
                    rooms[floor.Name] = new Room(level, floor.Name, 0);
                }

                for (var place = 0; place < names.Length; place++)
                {
                    rooms[$"{floor.Name}.{names[place]}"] = new Room(level, floor.Name, place);
                }
            }
        }

        return new RoomTable(rooms);
    }

    /// <param name="Folders">From the bottom up, apart by spaces; none for a floor that is one room.</param>
    private sealed record Floor(string Name, string Folders);

    private sealed record Room(int Level, string Floor, int Place);

    private sealed record RoomTable(Dictionary<string, Room> Rooms)
    {
        public Room? Of(string[] folders) =>
            Rooms.GetValueOrDefault(folders[0])
            ?? (folders.Length > 1 ? Rooms.GetValueOrDefault($"{folders[0]}.{folders[1]}") : null);

        public bool MayUse(Room from, Room to) =>
            to.Level < from.Level || (to.Floor == from.Floor && to.Place < from.Place);
    }
}
