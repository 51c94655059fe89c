using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Workflows;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Suggestions;

public sealed partial class BandDialog
{
    private const double FirstHigh = 0.8;
    private const double FirstLow = 0.3;
    private readonly Dictionary<Concept, (double Low, double High)> _bands = [];
    private IReadOnlyDictionary<long, ConceptSuggestion> _suggested = new Dictionary<long, ConceptSuggestion>();
    private GuaranteeTarget _target = new();
    private string? _noSuggestion;
    private string _writtenAs = "";
    private string? _problem;
    private bool _isBusy;
    private bool _wasOpen;

    [Parameter]
    public bool Open { get; set; }

    [Parameter]
    public EventCallback<bool> OpenChanged { get; set; }

    [Parameter, EditorRequired]
    public ModelView View { get; set; } = null!;

    /// <summary>The trained version; its concepts get the thresholds.</summary>
    [Parameter, EditorRequired]
    public ModelVersionView Version { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    [Inject]
    private SuggestionService Suggestions { get; set; } = null!;

    [Inject]
    private WorkflowService Workflows { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        // The page reads itself again while the dialog is open; what was typed stays.
        var opens = Open && !_wasOpen;
        _wasOpen = Open;
        if (!opens)
        {
            return;
        }

        _bands.Clear();
        foreach (var output in Version.Output.Concepts)
        {
            if (Concepts.FirstOrDefault(c => c.Id == output.ConceptId) is { } concept)
            {
                _bands[concept] = (FirstLow, FirstHigh);
            }
        }
        _problem = null;
        await SuggestAsync();
    }

    private async Task SuggestAsync()
    {
        _suggested = new Dictionary<long, ConceptSuggestion>();
        _noSuggestion = await Attempt.ToAsync(async () =>
            _suggested = (
                await Suggestions.SuggestAsync(Scope.AppKey, Version.Id, _target, CancellationToken.None)
            ).Concepts.ToDictionary(c => c.ConceptId)
        );
        foreach (var concept in _bands.Keys.ToList())
        {
            if (_suggested.GetValueOrDefault(concept.Id) is { } suggestion)
            {
                _bands[concept] = (LowOf(suggestion), HighOf(suggestion));
            }
        }
    }

    private Task ChangeAsync(GuaranteeTarget target)
    {
        _target = target;
        return SuggestAsync();
    }

    /// <summary>
    /// Where nothing can be suggested, the common start, so that the workflow does something; the dialog says that it
    /// is not tested.
    /// </summary>
    private static double HighOf(ConceptSuggestion suggestion) =>
        suggestion.HighBasis == SuggestionBasis.None ? FirstHigh : suggestion.High;

    private static double LowOf(ConceptSuggestion suggestion) =>
        Math.Min(suggestion.LowBasis == SuggestionBasis.None ? FirstLow : suggestion.Low, HighOf(suggestion));

    internal static IReadOnlyList<RouteSegment> Route(double low, double high) =>
        [
            new(0, true, Math.Min(low, high), false, RouteEnd.Nothing, [], []),
            new(Math.Min(low, high), true, high, true, RouteEnd.Pending, [], []),
            new(high, false, 1, true, RouteEnd.Success, [], []),
        ];

    private static string Text(double value) => value.ToString("0.00#", CultureInfo.InvariantCulture);

    private void Set(Concept concept, ChangeEventArgs? low = null, ChangeEventArgs? high = null)
    {
        if (
            !double.TryParse(
                (string?)(low ?? high)!.Value,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var value
            )
        )
        {
            return;
        }

        var band = _bands[concept];
        _bands[concept] = low is null ? (band.Low, value) : (value, band.High);
    }

    /// <summary>The concepts whose threshold is still the guaranteed one.</summary>
    private Dictionary<string, double> Guaranteed() =>
        _bands
            .Where(b =>
                _suggested.GetValueOrDefault(b.Key.Id) is { HighBasis: SuggestionBasis.Guarantee } suggestion
                && suggestion.High == b.Value.High
            )
            .ToDictionary(b => b.Key.ExternalId, _ => _target.Error);

    private async Task CreateAsync()
    {
        _isBusy = true;
        _problem = await Scope.AttemptAsync(
            Permission.ManageWorkflows,
            async () =>
            {
                var made = await Workflows.CreateBandAsync(
                    Scope.AppKey,
                    Scope.User.Key,
                    View.Model.ExternalId,
                    _bands.ToDictionary(b => b.Key.ExternalId, b => b.Value),
                    Guaranteed(),
                    _writtenAs,
                    null,
                    CancellationToken.None
                );
                Navigation.NavigateTo(Scope.Href($"workflows/{made.Workflow.ExternalId}"));
            }
        );
        _isBusy = false;
    }
}
