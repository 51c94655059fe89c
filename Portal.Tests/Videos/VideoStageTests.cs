using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Videos;
using Portal.Features.InputPage;
using Portal.Shared.Layout;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Videos;

/// <summary>The video on the page of one of its frames.</summary>
public sealed class VideoStageTests
{
    private const string Script = "/Features/Videos/VideoElement.razor.js";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frame_is_shown_still_until_its_video_is_asked_for_and_again_after()
    {
        await using var host = await StartAsync();
        var keys = host.Context.Services.GetRequiredService<KeyList>();
        IEnumerable<string> Listed() => keys.Sections.SelectMany(s => s.Keys).Select(k => k.Keys);
        var page = Render(host, "walk-0001000");
        Assert.NotEmpty(page.FindAll(".stage .zoom img"));
        Assert.Empty(page.FindAll("video"));
        Assert.Contains("G", Listed());
        Assert.DoesNotContain("Space", Listed());

        await SwitchAsync(page);

        Assert.EndsWith(
            "/videos/walk/original#t=1",
            page.Find(".stage video").GetAttribute("src"),
            StringComparison.Ordinal
        );
        Assert.Empty(page.FindAll(".stage .zoom"));
        Assert.Contains("Space", Listed());
        await SwitchAsync(page);
        Assert.NotEmpty(page.FindAll(".stage .zoom img"));
        Assert.DoesNotContain("Space", Listed());
    }

    [Fact]
    public async Task Leafing_keeps_the_video_and_leads_it_to_the_next_frame()
    {
        await using var host = await StartAsync();
        await TagAsync(host, ("walk-0001000", StatusCode.AnnotationSuccess));
        var scripts = host.Context.JSInterop.SetupModule("/js/attach.js");
        scripts.Mode = JSRuntimeMode.Loose;
        var player = scripts.SetupModule("attach", call => call.Arguments[0] is Script);
        var page = Render(host, "walk-0001000");
        await SwitchAsync(page);
        var source = page.Find("video").GetAttribute("src");

        page.Render(parameters => parameters.Add(p => p.InputId, "walk-0002000"));

        page.WaitForAssertion(() => Assert.Equal(2000, player.VerifyInvoke("goTo").Arguments.Single()), Patience);
        // The same source: the player is not loaded anew.
        Assert.Equal(source, page.Find("video").GetAttribute("src"));
        Assert.Equal("0:02", page.Find(".at").TextContent);
    }

    [Fact]
    public async Task A_picture_between_frames_is_shown_still_and_the_next_frame_as_video()
    {
        await using var host = await StartAsync();
        var picture = await host.Core.AcceptAsync(1);
        var page = Render(host, "walk-0001000");
        await SwitchAsync(page);

        page.Render(parameters => parameters.Add(p => p.InputId, picture.ExternalId));

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".stage .zoom img")), Patience);
        Assert.Empty(page.FindAll("[data-key=g], video"));
        page.Render(parameters => parameters.Add(p => p.InputId, "walk-0003000"));
        page.WaitForAssertion(
            () => Assert.EndsWith("#t=3", page.Find("video").GetAttribute("src"), StringComparison.Ordinal),
            Patience
        );
    }

    [Fact]
    public async Task Marks_lead_to_their_frames_and_the_one_at_hand_to_its_time()
    {
        await using var host = await StartAsync();
        await TagAsync(
            host,
            ("walk-0001000", StatusCode.AnnotationSuccess),
            ("walk-0003000", StatusCode.AnnotationPending)
        );
        host.Context.Services.GetRequiredService<BunitNavigationManager>()
            .NavigateTo("/apps/owner/park/inputs/walk-0001000?video=walk&order=oldest");
        var page = Render(host, "walk-0001000");

        await SwitchAsync(page);

        Assert.Equal(
            [
                ("BUTTON", "walker, 0:01, success", "1000", null, "true"),
                (
                    "A",
                    "walker, 0:03, pending",
                    null,
                    host.Scope.Href("inputs/walk-0003000?video=walk&order=oldest"),
                    null
                ),
            ],
            page.FindAll(".track .mark")
                .Select(m =>
                    (
                        m.TagName,
                        m.GetAttribute("aria-label")!,
                        m.GetAttribute("data-time"),
                        m.GetAttribute("href"),
                        m.GetAttribute("aria-current")
                    )
                )
        );
        // A video of four seconds, with a frame in each.
        Assert.Equal("left:25%;width:25%", page.Find(".here").GetAttribute("style"));
    }

    [Fact]
    public async Task A_tag_given_while_the_video_is_shown_comes_onto_the_timeline()
    {
        await using var host = await StartAsync();
        var page = Render(host, "walk-0001000");
        await SwitchAsync(page);
        Assert.Contains("No frame carries a tag yet", page.Find(".timeline").TextContent, StringComparison.Ordinal);

        await TagAsync(host, ("walk-0002000", StatusCode.AnnotationSuccess));

        page.WaitForAssertion(
            () => Assert.Equal("walker, 0:02, success", page.Find(".track .mark").GetAttribute("aria-label")),
            Patience
        );
    }

    [Fact]
    public async Task A_video_that_is_deleted_leaves_its_frame()
    {
        await using var host = await StartAsync();
        var page = Render(host, "walk-0001000");
        await SwitchAsync(page);

        await host.Core.Get<VideoService>().DeleteAsync(host.Core.App.Id, "walk", Ct);

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".empty")), Patience);
        Assert.Empty(page.FindAll("video"));
    }

    /// <summary>A video of four seconds, with a frame a second.</summary>
    private static async Task<PageHost> StartAsync()
    {
        var host = await PageHost.StartAsync();
        await host.Core.AcceptVideoAsync(
            await TestVideos.OfColoursAsync(2, "red", "blue"),
            "walk",
            new FrameSampling(1000)
        );
        Assert.Equal(4, (await host.Core.SampledAsync("walk")).Frames.Count);
        return host;
    }

    private static IRenderedComponent<InputPage> Render(PageHost host, string inputId)
    {
        var page = host.Context.Render<InputPage>(parameters => parameters.Add(p => p.InputId, inputId));
        page.WaitForElement(".stage", Patience);
        return page;
    }

    private static async Task SwitchAsync(IRenderedComponent<InputPage> page)
    {
        var shown = page.FindAll("video").Count;
        await page.Find("[data-key=g]").ClickAsync(new());
        page.WaitForAssertion(() => Assert.NotEqual(shown, page.FindAll("video").Count), Patience);
    }

    private static async Task TagAsync(PageHost host, params (string Input, StatusCode Status)[] tags)
    {
        var concept = await host.Core.ConceptAsync("walker");
        var inputs = host.Core.Get<InputService>();
        foreach (var (id, status) in tags)
        {
            var input = await inputs.GetAsync(host.Core.App.Id, id, Ct);
            await host
                .Core.Get<AnnotationService>()
                .WriteAsync(
                    host.Core.App.Id,
                    host.Core.User.Id,
                    [new NewAnnotation(input.Id, concept.Id, true, status)],
                    Ct
                );
        }
    }
}
