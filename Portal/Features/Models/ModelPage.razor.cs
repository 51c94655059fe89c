using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Reembedding;
using Portal.Core.Services.Training;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Models;

/// <summary>One model: its settings, its training, its versions.</summary>
public sealed partial class ModelPage : LivePage
{
    private const int RecentJobs = 50;
    private ModelView? _view;
    private NodeType? _type;
    private ModelDraft _draft = null!;
    private IReadOnlyList<Concept> _concepts = [];
    private IReadOnlyDictionary<long, ConceptCounts> _counts = new Dictionary<long, ConceptCounts>();
    private IReadOnlyDictionary<long, VersionEvaluation> _evaluations = new Dictionary<long, VersionEvaluation>();
    private Job? _job;
    private OutdatedModel? _outdated;
    private string? _problem;
    private string? _saveProblem;
    private bool _bandIsOpen;

    [Parameter]
    public string ModelId { get; set; } = "";

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private EvaluationService Evaluations { get; set; } = null!;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private ReembeddingService Reembedding { get; set; } = null!;

    [Inject]
    private JobService Jobs { get; set; } = null!;

    [Inject]
    private NodeTypeRegistry Types { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } =
    [
        ChangedNoun.Models,
        ChangedNoun.Concepts,
        ChangedNoun.Annotations,
        ChangedNoun.Inputs,
        ChangedNoun.Jobs,
        ChangedNoun.Workflows,
    ];

    protected override async Task LoadAsync()
    {
        if (_view?.Model.ExternalId != ModelId)
        {
            _view = null;
        }

        var before = _view;
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
        _counts = await Concepts.CountAsync(Scope.AppKey, Left);
        _view = await Models.GetAsync(Scope.AppKey, ModelId, Left);
        _evaluations = await Evaluations.OfModelAsync(_view.Model.Id, Left);
        _outdated = await Reembedding.FindOutdatedAsync(Scope.AppKey, ModelId, Left);
        _type = Types.Get(_view.Model.TypeId);
        // What a person is changing stays as it is until the stored settings themselves change.
        if (
            before is null
            || before.Model.Id != _view.Model.Id
            || before.Model.Output != _view.Model.Output
            || before.Model.Name != _view.Model.Name
        )
        {
            _draft = ModelDraft.Of(_type, _view.Output, _concepts);
            _draft.Name = _view.Model.Name;
        }
        _job =
            _view.Latest is { } latest && ModelFormatter.IsUnderWay(latest.Status)
                ? await TrainingOfAsync(latest.Id)
                : null;
    }

    private async Task<Job?> TrainingOfAsync(long versionId) =>
        (await Jobs.ListAsync(Scope.AppKey, RecentJobs, Left)).FirstOrDefault(job =>
            job.Kind == JobKinds.Training
            && JsonSerializer.Deserialize<TrainingParameters>(job.Parameters)!.ModelVersionId == versionId
        );

    private async Task SaveAsync()
    {
        _saveProblem = await Scope.AttemptAsync(
            Permission.ManageModels,
            () =>
                Models.UpdateAsync(
                    Scope.AppKey,
                    Scope.User.Key,
                    ModelId,
                    _draft.Name,
                    _draft.ToOutput(),
                    PatchAction.Overwrite,
                    Left
                )
        );
        if (_saveProblem is null)
        {
            Toasts.Show("Saved the settings.", StatusKind.Success);
        }
    }

    private async Task DeleteAsync()
    {
        var model = _view!.Model;
        _problem = await Scope.AttemptAsync(
            Permission.ManageModels,
            () => Models.DeleteAsync(Scope.AppKey, ModelId, Left)
        );
        if (_problem is not null)
        {
            return;
        }

        Toasts.ShowUndo(
            $"Deleted the model {model.Name}.",
            () =>
                Scope.DoAsync(
                    Permission.ManageModels,
                    () => Models.RestoreAsync(Scope.AppKey, model.Id, CancellationToken.None)
                )
        );
        Navigation.NavigateTo(Scope.Href("models"));
    }
}
