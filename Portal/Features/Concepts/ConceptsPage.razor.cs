using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Concepts;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Concepts;

/// <summary>The app's concepts: added, renamed, deleted, with their counts.</summary>
public sealed partial class ConceptsPage : LivePage
{
    private IReadOnlyList<Concept> _concepts = [];
    private IReadOnlyDictionary<long, ConceptCounts> _counts = new Dictionary<long, ConceptCounts>();
    private string? _problem;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } =
    [ChangedNoun.Concepts, ChangedNoun.Annotations, ChangedNoun.Inputs];

    protected override async Task LoadAsync()
    {
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
        _counts = await Concepts.CountAsync(Scope.AppKey, Left);
    }

    private ConceptCounts CountsOf(Concept concept) =>
        _counts.GetValueOrDefault(concept.Id) ?? new ConceptCounts(concept.Id, 0, 0, 0);

    private async Task DeleteAsync(Concept concept)
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageConcepts,
            () => Concepts.DeleteAsync(Scope.AppKey, concept.ExternalId, Left)
        );
        if (_problem is null)
        {
            Toasts.ShowUndo(
                $"Deleted the concept {concept.Name}.",
                () =>
                    Scope.DoAsync(
                        Permission.ManageConcepts,
                        () => Concepts.RestoreAsync(Scope.AppKey, concept.Id, CancellationToken.None)
                    )
            );
        }
    }
}
