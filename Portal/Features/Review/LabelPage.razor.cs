using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Explorer;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Explorer;

namespace Portal.Features.Review;

/// <summary>Inputs to label, one large or a grid of them at a time, in the order the person chose.</summary>
public sealed partial class LabelPage
{
    private const string HighestConfidence = "highest_confidence";
    private static readonly string[] Orders = ["uploaded", "random", "most_informative", HighestConfidence, "nearest"];
    private IReadOnlyList<Concept> _concepts = [];
    private string[] _near = [];
    private int _inputs;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private InputQueries Queries { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery]
    private string? Concept { get; set; }

    [SupplyParameterFromQuery]
    private string? Order { get; set; }

    /// <summary>Ids of inputs, with commas between.</summary>
    [SupplyParameterFromQuery]
    private string? Near { get; set; }

    protected override IReadOnlyList<ChangedNoun> Shown => [ChangedNoun.Concepts];

    private string Chosen =>
        Orders.Contains(Order) ? Order!
        : _near.Length > 0 ? "nearest"
        : Orders[0];

    protected override async Task LoadAsync()
    {
        _near = (Near ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
        _inputs = await Queries.CountAsync(Scope.AppKey, new InputFilter(), Left);
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
