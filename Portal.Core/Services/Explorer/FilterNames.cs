using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Videos;

namespace Portal.Core.Services.Explorer;

/// <summary>What an address calls the things a filter names by key.</summary>
/// <param name="Users">Names of the users who wrote or reviewed a tag, by key.</param>
/// <param name="Workflows">Ids of workflows, by key.</param>
/// <param name="Videos">Keys, ids and names of videos.</param>
public sealed record FilterNames(
    IReadOnlyList<Concept> Concepts,
    IReadOnlyDictionary<long, string> Users,
    IReadOnlyDictionary<long, string> Workflows,
    IReadOnlyList<VideoName> Videos
)
{
    public static readonly FilterNames None = new(
        [],
        new Dictionary<long, string>(),
        new Dictionary<long, string>(),
        []
    );

    // No row has the key 0: an unknown name matches nothing rather than everything.
    public long ConceptKey(string id) => Concepts.FirstOrDefault(c => c.ExternalId == id)?.Id ?? 0;

    public long UserKey(string name) =>
        Users.FirstOrDefault(u => string.Equals(u.Value, name, StringComparison.OrdinalIgnoreCase)).Key;

    public long VideoKey(string id) => Videos.FirstOrDefault(f => f.ExternalId == id)?.Id ?? 0;

    /// <summary>What people call a video; its id where it is not there any more.</summary>
    public string VideoNameOf(string id) => Videos.FirstOrDefault(f => f.ExternalId == id)?.Name ?? id;

    public long WorkflowKey(string id) => Workflows.FirstOrDefault(w => w.Value == id).Key;
}
