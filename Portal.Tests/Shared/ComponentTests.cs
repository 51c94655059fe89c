using System.Globalization;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Shared.Components;
using Portal.Shared.Live;

namespace Portal.Tests.Shared;

public sealed class ComponentTests : BunitContext
{
    [Theory]
    [InlineData(StatusCode.AnnotationSuccess, "Success")]
    [InlineData(StatusCode.AnnotationPending, "Pending")]
    [InlineData(StatusCode.AnnotationAwaitingReview, "Pending")]
    [InlineData(StatusCode.AnnotationReviewDenied, "Rejected")]
    [InlineData(StatusCode.InputInProgress, "Running")]
    [InlineData(StatusCode.InputFailed, "Failed")]
    public void A_status_has_a_mark_with_a_name(StatusCode status, string name)
    {
        var mark = Render<StatusIcon>(p => p.Add(m => m.Kind, StatusKinds.Of(status)));

        Assert.Equal(name, mark.Find("[role=img]").GetAttribute("aria-label"));
        Assert.Contains(name.ToLowerInvariant(), mark.Find("svg").ClassList);
    }

    [Fact]
    public void Every_mark_has_a_shape_of_its_own()
    {
        var shapes = Enum.GetValues<StatusKind>()
            .Select(kind =>
                string.Concat(
                    Render<StatusIcon>(p => p.Add(m => m.Kind, kind))
                        .Find("svg")
                        .Children.Skip(1)
                        .Select(c => c.OuterHtml)
                )
            );

        Assert.Equal(Enum.GetValues<StatusKind>().Length, shapes.Distinct().Count());
    }

    [Fact]
    public void A_score_is_written_as_the_reader_writes_and_drawn_as_style_sheets_want_it()
    {
        using var culture = new Culture("de-DE");

        var bar = Render<ScoreBar>(p => p.Add(b => b.Value, 0.625));

        Assert.Equal("0,63", bar.Find(".value").TextContent);
        Assert.Equal("width:62.5%", bar.Find(".bar span").GetAttribute("style"));
    }

    [Theory]
    [InlineData(-1, "0%")]
    [InlineData(2, "100%")]
    [InlineData(double.NaN, "0%")]
    public void A_share_outside_its_range_is_clamped(double value, string expected) =>
        Assert.Equal(expected, Css.Percent(value));

    [Fact]
    public void The_route_of_a_score_is_said_in_words_and_marks_the_score()
    {
        using var culture = new Culture("en");
        RouteSegment[] segments =
        [
            new(0, true, 0.3, false, RouteEnd.Nothing, [], []),
            new(0.3, true, 0.8, true, RouteEnd.Pending, ["w"], []),
            new(0.8, false, 1, true, RouteEnd.Success, ["v"], []),
        ];

        var bar = Render<RouteBar>(p => p.Add(b => b.Segments, segments).Add(b => b.Score, 0.64));

        Assert.Equal(
            "0.00 to 0.30 nothing, 0.30 to 0.80 pending, 0.80 to 1.00 success; score 0.64",
            bar.Find(".route").GetAttribute("aria-label")
        );
        Assert.Equal("left:30%;width:50%", bar.Find(".pending").GetAttribute("style"));
        Assert.Equal("left:64%", bar.Find("b").GetAttribute("style"));
    }

    [Fact]
    public void A_segment_is_chosen_by_its_radio_button()
    {
        var chosen = "";
        var choice = Render<Segmented<string>>(p =>
            p.Add(s => s.Label, "Size")
                .Add(s => s.Value, "s")
                .Add(s => s.Options, [new("s", "Small"), new("l", "Large")])
                .Add(s => s.ValueChanged, v => chosen = v)
        );

        choice.FindAll("input")[1].Change("on");

        Assert.Equal("l", chosen);
        Assert.Equal("Small", choice.Find("label.on").TextContent.Trim());
    }

    [Fact]
    public void Progress_without_a_total_claims_no_number()
    {
        var unknown = Render<ProgressLine>(p => p.Add(l => l.Label, "Training"));
        var known = Render<ProgressLine>(p =>
            p.Add(l => l.Label, "Training").Add(l => l.Done, 3).Add(l => l.Total, 12)
        );

        Assert.False(unknown.Find("[role=progressbar]").HasAttribute("aria-valuenow"));
        Assert.Equal("3", known.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
        Assert.Equal("width:25%", known.Find("[role=progressbar] span").GetAttribute("style"));
    }

    [Fact]
    public void An_expected_failure_speaks_for_itself_and_another_keeps_its_details()
    {
        var expected = Render<ErrorNotice>(p =>
            p.Add(n => n.Error, new PortalException(StatusCode.DuplicateId, "Taken. Choose another id."))
        );
        var unforeseen = Render<ErrorNotice>(p => p.Add(n => n.Error, new InvalidOperationException("password=1234")));

        Assert.Contains(
            "Taken. Choose another id.",
            expected.Find("[role=alert]").TextContent,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("1234", unforeseen.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, "just now")]
    [InlineData(240, "4 min ago")]
    [InlineData(3 * 3600, "3 h ago")]
    [InlineData(86400, "1 day ago")]
    [InlineData(86400 * 90, "3 months ago")]
    public void Time_is_told_by_how_long_ago_it_was(int seconds, string expected)
    {
        using var culture = new Culture("en-GB");
        var now = new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
        var reader = new Reader();
        reader.SetZone("Europe/Oslo");
        Services.AddSingleton<TimeProvider>(new FixedTime(now)).AddSingleton(reader);

        var time = Render<RelativeTime>(p => p.Add(t => t.Time, now.UtcDateTime.AddSeconds(-seconds))).Find("time");

        Assert.Equal(expected, time.TextContent);
        // Oslo is two hours ahead in summer.
        if (seconds == 240)
        {
            Assert.Contains("13:56", time.GetAttribute("title"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_icon_that_does_not_exist_is_a_mistake_and_not_an_empty_picture() =>
        Assert.ThrowsAny<Exception>(() => Render<Icon>(p => p.Add(i => i.Name, "no-such-icon")));

    [Fact]
    public void A_dialog_has_its_content_only_while_it_is_open_and_asks_to_be_closed()
    {
        JSInterop.SetupModule("/Shared/Components/Dialog.razor.js").Mode = JSRuntimeMode.Loose;
        var open = true;
        var dialog = Render<Dialog>(p =>
            p.Add(d => d.Title, "New app")
                .Add(d => d.Open, true)
                .Add(d => d.OpenChanged, o => open = o)
                .AddChildContent("<p>inside</p>")
        );
        Assert.Equal("inside", dialog.Find("p").TextContent);

        dialog.Find("button[aria-label=Close]").Click();
        Assert.False(open);
        dialog.Render(p => p.Add(d => d.Open, false));

        Assert.Empty(dialog.FindAll("p"));
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class Culture : IDisposable
    {
        private readonly CultureInfo _before = CultureInfo.CurrentCulture;

        public Culture(string name) => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);

        public void Dispose() => CultureInfo.CurrentCulture = _before;
    }
}
