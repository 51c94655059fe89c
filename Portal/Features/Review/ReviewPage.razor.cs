using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Services.Concepts;

namespace Portal.Features.Review;

/// <summary>
/// What waits for a person, one picture or a grid of them at a time. The workspace does the work; this finds out what
/// there is.
/// </summary>
public sealed partial class ReviewPage
{
    private IReadOnlyList<Concept> _concepts = [];
    private IReadOnlyDictionary<long, ConceptCounts> _waiting = new Dictionary<long, ConceptCounts>();

    // Once open, the workspace itself says when nothing is left: it must not vanish under the hands of a person who may
    // want to undo.
    private bool _isOpen;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery]
    private string? Concept { get; set; }

    [SupplyParameterFromQuery]
    private string? Order { get; set; }

    protected override IReadOnlyList<ChangedNoun> Shown =>
        [ChangedNoun.Annotations, ChangedNoun.Inputs, ChangedNoun.Concepts];

    private string Chosen => Order == "highest_confidence" ? Order : "lowest_confidence";

    protected override async Task LoadAsync()
    {
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
        _waiting = await Concepts.CountAsync(Scope.AppKey, Left);
        _isOpen |= _waiting.Values.Any(c => c.Waiting > 0);
    }

    private void Go(string? concept, string? order) =>
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(
                new Dictionary<string, object?>
                {
                    ["concept"] = string.IsNullOrEmpty(concept) ? null : concept,
                    ["order"] = order,
                }
            )
        );
}
