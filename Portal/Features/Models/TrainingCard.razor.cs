using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Models;
using Portal.Core.Services.Reembedding;
using Portal.Shared.Pages;

namespace Portal.Features.Models;

public sealed partial class TrainingCard
{
    /// <summary>Below this many ✓ of a concept its scores are guesses more than answers.</summary>
    private const int FewLabels = 5;

    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public ModelView View { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyDictionary<long, ConceptCounts> Counts { get; set; } = new Dictionary<long, ConceptCounts>();

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    /// <summary>The version that was trained on an earlier embedder's vectors, or null.</summary>
    [Parameter]
    public OutdatedModel? Outdated { get; set; }

    /// <summary>The training under way, or null.</summary>
    [Parameter]
    public Job? Job { get; set; }

    [Inject]
    private EmbeddingStore Embeddings { get; set; } = null!;

    [Inject]
    private ModelService Models { get; set; } = null!;

    private IReadOnlyList<Concept> Chosen => ModelFormatter.ConceptsOf(View, Concepts);
    private bool IsUnderWay => View.Latest is { } latest && ModelFormatter.IsUnderWay(latest.Status);
    private string Doing =>
        Job is { State: JobState.Running, Message.Length: > 0 } ? Job.Message : "Waiting for its turn";

    private IEnumerable<string> Warnings
    {
        get
        {
            if (Chosen.Count == 0)
            {
                yield return "The model has no concepts. Choose the concepts it is to learn, and save the settings.";
                yield break;
            }
            var unlabelled = Chosen.Where(c => Present(c) == 0).ToList();
            if (unlabelled.Count > 0)
            {
                yield return $"No input is labelled ✓ for {Names(unlabelled)}. Label a few, or take "
                    + $"{(unlabelled.Count == 1 ? "it" : "them")} out; training fails otherwise.";
            }

            var few = Chosen.Where(c => Present(c) is > 0 and < FewLabels).ToList();
            if (few.Count > 0)
            {
                yield return $"{Names(few)}: fewer than {FewLabels} inputs labelled ✓. It trains, but a few more "
                    + $"make it much better.";
            }

            if (
                !Scope.App.ImplicitNegatives
                && Chosen.FirstOrDefault(c => (Counts.GetValueOrDefault(c.Id)?.Absent ?? 0) == 0) is { } noNegative
            )
            {
                yield return $"Nothing is labelled ✗ for {noNegative.Name}. Label a few inputs ✗, or switch "
                    + $"implicit ✗ on in Settings.";
            }

            if (Chosen.Count == 1 && ClassifierSettings.Read(View.Output.Params).MutuallyExclusive)
            {
                yield return "Concepts that exclude each other need at least two. Choose another concept, or switch "
                    + "that setting off.";
            }
        }
    }

    private string OutdatedText
    {
        get
        {
            var model = Outdated!;
            var words =
                $"Version {model.Version} was trained on vectors of {model.Embedder}; the embedder is "
                + $"{Embeddings.CurrentName} now. ";
            words += (model.WhyGone, model.IsInDefault) switch
            {
                ({ } gone, true) =>
                    $"It cannot score new uploads, because {gone}: they wait until it is trained again. ",
                ({ } gone, false) => $"It cannot score new pictures, because {gone}. ",
                _ => "It goes on scoring until it is trained again. ",
            };
            return words
                + (
                    model.IsInDefault
                        ? "The default workflow then uses the new version, with its thresholds as they are."
                        : "Labelled inputs are embedded again first."
                );
        }
    }

    private int Present(Concept concept) => Counts.GetValueOrDefault(concept.Id)?.Present ?? 0;

    private static string Names(List<Concept> concepts) => string.Join(", ", concepts.Select(c => c.Name));

    private async Task TrainAsync()
    {
        _isBusy = true;
        _problem = await Scope.AttemptAsync(
            Permission.ManageModels,
            () => Models.TrainAsync(Scope.AppKey, Scope.User.Key, View.Model.ExternalId, CancellationToken.None)
        );
        _isBusy = false;
    }
}
