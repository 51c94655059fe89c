using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// An annotation that a writer node would make. Whether it is made is decided where people's decisions are known: in
/// the write transaction.
/// </summary>
/// <param name="UserId">Written-as user.</param>
/// <param name="Info">Shared by every write of the node: read it, do not change it.</param>
/// <param name="ModelVersionId">The classifier version that gave the score.</param>
/// <param name="Sampled">What is written came to the writer through a Random Sample, and in no other way.</param>
/// <param name="ReviewRequested">A settled tag that is to be shown to a person as well, as an audit: a sampled write
/// asked for a review of it.</param>
public sealed record IntendedWrite(
    string NodeId,
    long ConceptId,
    double Score,
    StatusCode Status,
    string UserId,
    JsonObject? Info,
    long? ModelVersionId,
    bool Sampled = false,
    bool ReviewRequested = false
);
