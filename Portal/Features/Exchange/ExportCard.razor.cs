using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Datasets;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Explorer;
using Portal.Features.Explorer;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Exchange;

public sealed partial class ExportCard
{
    private ExchangeFormat _format = ExchangeFormats.All[0];
    private bool _withPictures = true;
    private ExportSurvey? _survey;
    private InputFilter? _filter;
    private (string Query, int Finished, string? Dataset)? _surveyed;
    private string _name = "";
    private string? _problem;

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    /// <summary>Which inputs.</summary>
    [Parameter, EditorRequired]
    public ExplorerQuery Query { get; set; } = ExplorerQuery.Everything;

    /// <summary>A dataset in place of what the query finds.</summary>
    [Parameter]
    public Dataset? Dataset { get; set; }

    /// <summary>Jobs that are over: after each, there may be more to export.</summary>
    [Parameter]
    public int Finished { get; set; }

    [Parameter]
    public EventCallback OnStarted { get; set; }

    [Inject]
    private Exporter Exporter { get; set; } = null!;

    [Inject]
    private ExchangeService Exchange { get; set; } = null!;

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private InputQueries Queries { get; set; } = null!;

    private bool IsFiltered => Query.IsFiltered;

    private IReadOnlyList<string> Losses => _survey?.Losses(_format.Held) ?? [];

    private string What =>
        _survey is null
            ? "Counting …"
            : string.Create(
                CultureInfo.CurrentCulture,
                $"{(Dataset is { } kept ? $"The dataset {kept.Name}" : IsFiltered ? "What the Explorer showed" : "All of the app")}: {_survey.Inputs:N0} {(_survey.Inputs == 1 ? "input" : "inputs")}"
            );

    protected override async Task OnParametersSetAsync()
    {
        var wanted = (Query.Kept().ToString(), Finished, Dataset?.ExternalId);
        if (_surveyed == wanted)
        {
            return;
        }

        _surveyed = wanted;
        _problem = await Attempt.ToAsync(async () =>
        {
            _filter = IsFiltered
                ? Query.ToFilter(await Queries.NamesAsync(Scope.AppKey, CancellationToken.None))
                : null;
            _survey = Dataset is { } kept
                ? await Exporter.SurveyAsync(Scope.AppKey, kept.ExternalId, CancellationToken.None)
                : await Exporter.SurveyAsync(Scope.AppKey, _filter, CancellationToken.None);
        });
    }

    private string? FilterText => IsFiltered ? Query.Kept().ToString() : null;

    private async Task KeepAsync()
    {
        _problem = await Scope.AttemptAsync(
            Permission.Exchange,
            () => Datasets.StartAsync(Scope.AppKey, Scope.User.Key, _name, _filter, FilterText, CancellationToken.None)
        );
        if (_problem is null)
        {
            _name = "";
        }

        await OnStarted.InvokeAsync();
    }

    private async Task StartAsync()
    {
        var request = new ExportRequest(
            _format.Id,
            _withPictures || _format.NeedsPictures,
            _filter,
            FilterText,
            Dataset?.ExternalId
        );
        _problem = await Scope.AttemptAsync(
            Permission.Exchange,
            () => Exchange.StartExportAsync(Scope.AppKey, Scope.User.Key, request, CancellationToken.None)
        );
        await OnStarted.InvokeAsync();
    }
}
