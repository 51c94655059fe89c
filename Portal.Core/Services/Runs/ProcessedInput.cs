using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Core.Services.Runs;

/// <summary>What working on an accepted input came to, before it is saved.</summary>
/// <param name="At">When the work was done, UTC.</param>
/// <param name="EmbedderId">Of the current embedder.</param>
/// <param name="Vector">Its vector.</param>
/// <param name="Code">The vector's one-bit code; null while there is no centre to code around.</param>
/// <param name="Past">Vectors of earlier embedders, by embedder.</param>
/// <param name="Outcome">Null where there is no workflow, or it could not run.</param>
/// <param name="Error">Why it could not run, for people to read.</param>
internal sealed record ProcessedInput(
    Input Input,
    DateTime At,
    long EmbedderId,
    Half[] Vector,
    byte[]? Code,
    IReadOnlyDictionary<long, Half[]>? Past,
    ReadyWorkflow? Workflow,
    RunOutcome? Outcome,
    string? Error
);
