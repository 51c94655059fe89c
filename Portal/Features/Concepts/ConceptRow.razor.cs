using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Concepts;
using Portal.Shared.Pages;

namespace Portal.Features.Concepts;

/// <summary>
/// One concept, edited in place: a field saves when it is left or on Enter, and Escape takes back what was typed.
/// </summary>
public sealed partial class ConceptRow
{
    private Concept? _shown;
    private string _name = "";
    private string _hotkey = "";
    private string? _problem;

    [Parameter, EditorRequired]
    public Concept Concept { get; set; } = null!;

    [Parameter, EditorRequired]
    public ConceptCounts Counts { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Others { get; set; } = [];

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    [Parameter]
    public EventCallback<Concept> OnDelete { get; set; }

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    private bool IsFixed => !Scope.May(Permission.ManageConcepts);

    protected override void OnParametersSet()
    {
        // Counts change all the time; what is being typed is replaced only when the concept itself has changed.
        if (_shown?.ModifiedAt != Concept.ModifiedAt)
        {
            Reset();
        }
    }

    private async Task SaveAsync(string? name = null, string? color = null, string? hotkey = null)
    {
        if (
            !string.IsNullOrEmpty(hotkey)
            && Others.FirstOrDefault(o =>
                o.Id != Concept.Id && string.Equals(o.Hotkey, hotkey, StringComparison.OrdinalIgnoreCase)
            )
                is { } other
        )
        {
            _problem = $"{hotkey} is already the hotkey of {other.Name}. Choose another key, or clear that one first.";
            return;
        }
        _problem = await Scope.AttemptAsync(
            Permission.ManageConcepts,
            () => Concepts.UpdateAsync(Scope.AppKey, Concept.ExternalId, name, color, hotkey, CancellationToken.None)
        );
    }

    private void OnKey(KeyboardEventArgs e)
    {
        if (e.Key == "Escape")
        {
            Reset();
        }
    }

    private void Reset()
    {
        (_shown, _name, _hotkey, _problem) = (Concept, Concept.Name, Concept.Hotkey ?? "", null);
    }
}
