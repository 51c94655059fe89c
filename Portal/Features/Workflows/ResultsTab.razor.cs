using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Runs;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

public sealed partial class ResultsTab
{
    private const int Newest = 30;
    private IReadOnlyList<InputTile>? _tiles;
    private string _name = "";
    private RunTrace? _trace;
    private WorkflowDraft _draft = new();
    private (long Version, string? Input)? _traced;
    private string? _problem;

    [Parameter, EditorRequired]
    public WorkflowVersionView Version { get; set; } = null!;

    [Parameter, EditorRequired]
    public string WorkflowId { get; set; } = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<ModelView> Models { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    /// <summary>The chosen input's id, or null.</summary>
    [Parameter]
    public string? InputId { get; set; }

    [Parameter]
    public EventCallback<string> OnChosen { get; set; }

    [Inject]
    private InputQueries Queries { get; set; } = null!;

    [Inject]
    private InputService Inputs { get; set; } = null!;

    [Inject]
    private WorkflowPreview Preview { get; set; } = null!;

    [Inject]
    private RunService Runs { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        var keys = await Queries.NewestAsync(Scope.AppKey, Newest, CancellationToken.None);
        _tiles =
        [
            .. (await Queries.TilesAsync(keys, CancellationToken.None)).Where(t => t.Status == StatusCode.InputSuccess),
        ];
    }

    private async Task DrawAsync()
    {
        var drawn = await Preview.DrawAsync(Scope.AppKey, Newest, CancellationToken.None);
        _tiles = await Queries.TilesAsync([.. drawn.Select(i => i.Id)], CancellationToken.None);
        if (_tiles.Count > 0)
        {
            await OnChosen.InvokeAsync(_tiles[0].ExternalId);
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_traced == (Version.Id, InputId))
        {
            return;
        }

        (_traced, _trace, _problem) = ((Version.Id, InputId), null, null);
        if (InputId is null)
        {
            return;
        }

        _draft = WorkflowDraft.Of(Version);
        _problem = await Attempt.ToAsync(async () =>
        {
            var input = await Inputs.GetAsync(Scope.AppKey, InputId, CancellationToken.None);
            _name = input.FileName ?? input.ExternalId;
            _trace = await Runs.DryRunAsync(Version.Id, input, CancellationToken.None);
        });
    }
}
