using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Runs;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Runs;
using Portal.Core.Services.Workflows;
using Portal.Shared.Pages;

namespace Portal.Features.Runs;

/// <summary>The trace of one run: why an input got its tags, or did not.</summary>
public sealed partial class RunPage : LivePage
{
    private IReadOnlyList<Concept> _concepts = [];
    private Input? _input;
    private WorkflowView? _workflow;
    private WorkflowVersionView? _version;
    private RunTrace? _trace;
    private Run? _run;
    private string? _problem;

    [Parameter]
    public string InputId { get; set; } = "";

    /// <summary>A workflow version's id, or its internal key as annotations carry it.</summary>
    [Parameter]
    public string WorkflowVersionId { get; set; } = "";

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private InputService Inputs { get; set; } = null!;

    [Inject]
    private WorkflowService Workflows { get; set; } = null!;

    [Inject]
    private RunService Runs { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } = [ChangedNoun.Annotations, ChangedNoun.Concepts];

    protected override async Task LoadAsync()
    {
        _trace = null;
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
        _input = await Inputs.GetAsync(Scope.AppKey, InputId, Left);
        _workflow =
            (await Workflows.ListAsync(Scope.AppKey, Left)).FirstOrDefault(w => w.Versions.Any(IsAsked))
            ?? throw new PortalException(
                StatusCode.WorkflowDoesNotExist,
                "That workflow version is not in this app any more, so its run cannot be shown."
            );
        _version = _workflow.Versions.First(IsAsked);
        _trace = await Runs.DryRunAsync(_version.Id, _input, Left);
        _run = (await Runs.OfInputAsync(_input.Id, Left)).FirstOrDefault(r => r.WorkflowVersionId == _version.Id);
    }

    private async Task RunAgainAsync()
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageWorkflows,
            () => Runs.RunAsync(_version!.Id, _input!, Left)
        );
        if (_problem is null)
        {
            await LoadAsync();
        }
    }

    private bool IsAsked(WorkflowVersionView version) =>
        version.ExternalId == WorkflowVersionId
        || version.Id.ToString(CultureInfo.InvariantCulture) == WorkflowVersionId;
}
