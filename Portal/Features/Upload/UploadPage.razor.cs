using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Videos;
using Portal.Core.Services.Concepts;
using Portal.Features.Inputs;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Upload;

public sealed partial class UploadPage : AppPage
{
    private const string Images = "JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM images";
    private readonly JsHandle _script = new();
    private ElementReference _element;
    private DotNetObjectReference<UploadPage>? _self;
    private IReadOnlyList<Concept> _concepts = [];
    private string? _problem;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private UploadLimits Limits { get; set; } = null!;

    [Inject]
    private IOptions<VideoLimits> VideoLimits { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    // What the portal is set to comes first, and is chosen.
    private IEnumerable<FrameSampling> Samplings =>
        [
            .. ((int[])[(int)VideoLimits.Value.SampleEvery.TotalMilliseconds, 1000, 2000, 5000, 10_000, 30_000])
                .Distinct()
                .Select(ms => new FrameSampling(ms)),
            FrameSampling.Scenes,
        ];

    /// <summary>The browser has sent a list of addresses: what it would bring is shown where imports begin.</summary>
    /// <param name="id">Of the file.</param>
    [JSInvokable]
    public void ShowList(string id) => Navigation.NavigateTo(Scope.Href($"exchange?list={Uri.EscapeDataString(id)}"));

    // Uploading goes without them.
    protected override async Task OnInitializedAsync() =>
        _problem = await Attempt.ToAsync(async () =>
            _concepts = await Concepts.ListAsync(Scope.AppKey, CancellationToken.None)
        );

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        await _script.AttachAsync(Js, "/Features/Upload/UploadPage.razor.js", _element, Scope.ApiHref(), Limits, _self);
    }

    public async ValueTask DisposeAsync()
    {
        await _script.DisposeAsync();
        _self?.Dispose();
    }
}
