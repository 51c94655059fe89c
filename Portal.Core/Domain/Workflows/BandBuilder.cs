using System.Globalization;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Nodes;

namespace Portal.Core.Domain.Workflows;

/// <summary>
/// "Auto-annotate with this model": describes the workflow that writes what is sure, queues the middle band and drops
/// the rest.
/// </summary>
public static class BandBuilder
{
    public const string ClassifierNodeId = "classifier";

    /// <summary>
    /// score &gt; high → SUCCESS; low ≤ score ≤ high → PENDING; the rest nothing. The nodes are in an order in which
    /// each follows its inputs.
    /// </summary>
    /// <exception cref="PortalException"><see cref="StatusCode.ModelInvalidArgument"/>: no concepts, or not 0 ≤ low ≤
    /// high ≤ 1.</exception>
    public static IReadOnlyList<BandNode> Build(
        string classifierName,
        IReadOnlyList<BandThresholds> thresholds,
        string userId
    )
    {
        if (thresholds.Count == 0)
        {
            throw new PortalException(
                StatusCode.ModelInvalidArgument,
                $"'{classifierName}' has no concepts to auto-annotate. Add concepts to it and train it."
            );
        }

        if (thresholds.FirstOrDefault(band => !(band.Low >= 0 && band.Low <= band.High && band.High <= 1)) is { } wrong)
        {
            throw new PortalException(
                StatusCode.ModelInvalidArgument,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The band {wrong.Low} to {wrong.High} is not one: its ends must lie between 0 and 1, the lower "
                        + $"one first."
                )
            );
        }

        return
        [
            new BandNode(ClassifierNodeId, ContextBasedClassifier.Id, classifierName, null, []),
            Thresholder(
                "sure",
                $"{classifierName}: sure",
                ThresholdOperator.GreaterThan,
                band => band.High,
                ClassifierNodeId
            ),
            Writer("write-success", $"{classifierName}: write SUCCESS", StatusCode.AnnotationSuccess, "sure"),
            Thresholder(
                "not-sure",
                $"{classifierName}: not sure",
                ThresholdOperator.LessThanOrEqual,
                band => band.High,
                ClassifierNodeId
            ),
            Thresholder(
                "not-hopeless",
                $"{classifierName}: not hopeless",
                ThresholdOperator.GreaterThanOrEqual,
                band => band.Low,
                "not-sure"
            ),
            Writer("write-pending", $"{classifierName}: write PENDING", StatusCode.AnnotationPending, "not-hopeless"),
        ];

        BandNode Thresholder(
            string id,
            string name,
            ThresholdOperator comparison,
            Func<BandThresholds, double> threshold,
            string input
        ) =>
            new(
                id,
                ConceptThresholder.Id,
                name,
                new OutputInfo(
                    [.. thresholds.Select(band => new OutputConcept(band.ConceptId, threshold(band)))],
                    ConceptThresholder.Params(comparison)
                ),
                [input]
            );

        BandNode Writer(string id, string name, StatusCode status, string input) =>
            new(id, AnnotationWriter.Id, name, new OutputInfo([], AnnotationWriter.Params(status, userId)), [input]);
    }
}
