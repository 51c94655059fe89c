using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Import;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Exchange;

public sealed partial class ImportCard
{
    private const int MostLabels = 300;

    /// <summary>Cannot be a concept's id.</summary>
    private const string New = "~new";

    private static readonly string Formats = string.Join(
        ", ",
        ExchangeFormats.All.Where(f => !f.NeedsPictures).Select(f => f.Name)
    );
    private readonly JsHandle _script = new();
    private readonly Dictionary<string, string> _chosen = new(StringComparer.Ordinal);
    private ElementReference _element;
    private DotNetObjectReference<ImportCard>? _self;
    private IReadOnlyList<Concept> _concepts = [];
    private ImportPreview? _preview;
    private string? _file;
    private string _name = "";
    private string? _problem;

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    /// <summary>Id of a list of addresses that was sent from another page; null where there is none.</summary>
    [Parameter]
    public string? List { get; set; }

    [Parameter]
    public EventCallback OnStarted { get; set; }

    [Inject]
    private ExchangeService Exchange { get; set; } = null!;

    [Inject]
    private ExchangeFiles Files { get; set; } = null!;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private IOptions<ExchangeOptions> Limits { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private string ReadText =>
        _preview!.IsAll
            ? $"{Number(_preview.Read)} {(_preview.Read == 1 ? "picture" : "pictures")}, "
                + $"{Number(_preview.Labels.Count)} {(_preview.Labels.Count == 1 ? "label" : "labels")}."
            : $"More than {Number(_preview.Read)} pictures; {Number(_preview.Labels.Count)} labels in the first. "
                + $"Labels further on are matched by name, or make concepts.";

    /// <summary>The browser has sent a file.</summary>
    [JSInvokable]
    public async Task ShowUploadedAsync(string id, string name)
    {
        (_file, _name) = (id, name);
        await PreviewAsync(null);
        StateHasChanged();
    }

    [JSInvokable]
    public void ShowProblem(string problem)
    {
        _problem = problem;
        StateHasChanged();
    }

    protected override async Task OnInitializedAsync()
    {
        if (List is null)
        {
            return;
        }

        (_file, _name) = (List, "addresses.txt");
        await PreviewAsync(null);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        await _script.AttachAsync(
            Js,
            "/Features/Exchange/ImportCard.razor.js",
            _element,
            _self,
            Scope.ApiHref(),
            Limits.Value.MaxImportBytes
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _script.DisposeAsync();
        _self?.Dispose();
    }

    private async Task PreviewAsync(string? format)
    {
        _chosen.Clear();
        _problem = await Attempt.ToAsync(async () =>
        {
            _concepts = await Concepts.ListAsync(Scope.AppKey, CancellationToken.None);
            _preview = await Task.Run(() =>
                Exchange.PreviewAsync(Scope.AppKey, _file!, _name, format, CancellationToken.None)
            );
        });
    }

    private string Choice(ImportLabel label) => _chosen.GetValueOrDefault(label.Label) ?? label.ConceptId ?? New;

    private async Task StartAsync()
    {
        var choices = new ImportChoices(_preview!.Format.Id, _chosen.Where(c => c.Value != New).ToDictionary());
        _problem = await Scope.AttemptAsync(
            Permission.Exchange,
            () =>
                Exchange.StartImportAsync(Scope.AppKey, Scope.User.Key, _file!, _name, choices, CancellationToken.None)
        );
        if (_problem is not null)
        {
            return;
        }

        (_preview, _file) = (null, null);
        await OnStarted.InvokeAsync();
    }

    private async Task ForgetAsync()
    {
        await Scope.RequireAsync(Permission.Exchange);
        Files.DeleteUpload(Scope.AppKey, _file!);
        (_preview, _file, _problem) = (null, null, null);
    }

    private static string Words(ImportedTag tag) =>
        $"{(tag.Value ? "✓" : "✗")} "
        + $"{tag.Label}{(AnnotationStatuses.IsWaiting(tag.Status) ? " (waits)" : tag.Machine ? " (machine)" : "")}";

    private static string Number(int count) => count.ToString("N0", CultureInfo.CurrentCulture);
}
