using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Models;
using Portal.Shared.Pages;

namespace Portal.Features.Models;

/// <summary>Makes a model of any type.</summary>
public sealed partial class ModelBuilderPage : LivePage
{
    private ModelDraft _draft = null!;
    private IReadOnlyList<Concept> _concepts = [];
    private string? _problem;
    private bool _isBusy;

    /// <summary>The type that is chosen at first.</summary>
    [SupplyParameterFromQuery(Name = "type")]
    public string? TypeId { get; set; }

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private NodeTypeRegistry Types { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } = [ChangedNoun.Concepts];

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _draft = new ModelDraft(Types.Get(TypeId ?? ContextBasedClassifier.Id));
    }

    protected override async Task LoadAsync()
    {
        var isFirst = !IsLoaded;
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
        // Most models are about all of an app's concepts; taking one out is quicker than ticking every one.
        if (isFirst)
        {
            foreach (var concept in _concepts)
            {
                _draft.Concepts.TryAdd(concept.ExternalId, ModelDraft.FirstThreshold);
            }
        }
    }

    private async Task CreateAsync()
    {
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        _problem = await Scope.AttemptAsync(
            Permission.ManageModels,
            async () =>
            {
                var made = await Models.CreateAsync(
                    Scope.AppKey,
                    Scope.User.Key,
                    _draft.Id.Trim(),
                    _draft.Name,
                    _draft.Type.TypeId,
                    _draft.ToOutput(),
                    Left
                );
                Navigation.NavigateTo(Scope.Href($"models/{made.Model.ExternalId}"));
            }
        );
        _isBusy = false;
    }
}
