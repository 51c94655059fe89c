using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Core.Domain.Evaluation;
using Portal.Shared.Live;

namespace Portal.Features.Evaluation;

public sealed partial class ThresholdSlider : IAsyncDisposable
{
    private const int Bins = 20;
    private const double Middle = 70;
    private readonly JsHandle _script = new();
    private ElementReference _element;
    private ScoreHistogram _histogram = null!;
    private string _json = "";

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>The held-out scores of the concept.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ScoredLabel> Labels { get; set; } = [];

    /// <summary>The concept's scores on the inputs the yield is counted on.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<double> Sampled { get; set; } = [];

    /// <summary>Whether those are inputs no person labelled.</summary>
    [Parameter]
    public bool AreUnlabelled { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private string Of =>
        string.Create(
            CultureInfo.CurrentCulture,
            $"{Sampled.Count:N0} {(AreUnlabelled ? "inputs drawn at random that nobody labelled" : "labelled inputs")}"
        );

    protected override void OnInitialized()
    {
        _histogram = ScoreHistogram.Of(Labels, Bins);
        var curve = ThresholdCurve.Of(Labels, Sampled);
        _json = JsonSerializer.Serialize(curve, JsonSerializerOptions.Web);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _script.AttachAsync(Js, "/Features/Evaluation/ThresholdSlider.razor.js", _element);
        }
    }

    public ValueTask DisposeAsync() => _script.DisposeAsync();

    private double Height(int count) =>
        Middle
        * 0.94
        * Math.Sqrt((double)count / Math.Max(1, Math.Max(_histogram.Present.Max(), _histogram.Absent.Max())));

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Title(int bin, int count, string sign) =>
        string.Create(
            CultureInfo.CurrentCulture,
            $"{(double)bin / Bins:0.00} to {(bin + 1.0) / Bins:0.00}: {count:N0} {sign}"
        );
}
