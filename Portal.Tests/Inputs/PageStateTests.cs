using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Features.Explorer;
using Portal.Features.InputPage;
using Portal.Features.Review;
using Portal.Features.Upload;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

/// <summary>
/// What the pages people spend hours on say while they load, with nothing, something and much to show, and when it
/// cannot be read.
/// </summary>
public sealed class PageStateTests
{
    /// <summary>By page: what stands there while it loads, and what when it has something to show.</summary>
    private static readonly Dictionary<Type, (string Loading, string Loaded)> Marks = new()
    {
        [typeof(ExplorerPage)] = (".waiting .skeleton", ".toolbar [role=status]"),
        [typeof(DuplicatesPage)] = ("p[role=status]", ".group"),
        [typeof(LabelPage)] = (".skeleton", ".workspace"),
        [typeof(ReviewPage)] = (".skeleton", ".workspace"),
        [typeof(InputPage)] = ("[aria-label=Loading] .skeleton", ".stage img"),
        [typeof(UploadPage)] = ("[data-pick]", "[data-label=runner]"),
    };

    private static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    public static TheoryData<string> Pages => [.. Marks.Keys.Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_says_that_it_loads_and_then_shows_what_there_is(string name)
    {
        var (host, database) = await StartAsync();
        await using var _ = host;
        var (type, (loading, loaded)) = Marks.Single(m => m.Key.Name == name);
        database.Hold();

        var page = Render(host, type);

        Assert.NotEmpty(page.FindAll(loading));
        Assert.Empty(page.FindAll(loaded));
        Assert.Empty(page.FindAll(".empty, .error"));
        database.LetGo();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(loaded)), TimeSpan.FromSeconds(30));
        Assert.Empty(page.FindAll(".waiting, .empty, .error, [aria-label=Loading]"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_that_cannot_be_read_says_why(string name)
    {
        var (host, database) = await StartAsync();
        await using var _ = host;
        database.SetFull(true);

        var page = Render(host, Marks.Keys.Single(type => type.Name == name));

        page.WaitForAssertion(
            () =>
                Assert.Contains(
                    "The disk of the data directory is full",
                    page.Find(".empty, .error").TextContent,
                    StringComparison.Ordinal
                ),
            TimeSpan.FromSeconds(30)
        );
        Assert.Empty(page.FindAll(".waiting, [aria-label=Loading]"));
    }

    [Fact]
    public async Task Thousands_of_inputs_are_counted_and_drawn_in_part()
    {
        const int many = 5_000;
        var (host, _) = await PageHost.StartHeldAsync();
        await using var __ = host;
        await AddAsync(host.Core, many, sameBytes: false);

        var page = Render(host, typeof(ExplorerPage));

        page.WaitForAssertion(
            () => Assert.Equal($"{many:N0} inputs", page.Find(".toolbar [role=status]").TextContent),
            TimeSpan.FromSeconds(30)
        );
        Assert.InRange(page.FindAll("img").Count, 0, 500);
    }

    [Fact]
    public async Task A_large_group_of_duplicates_shows_its_first_and_deletes_no_more_than_it_shows()
    {
        var (host, _) = await PageHost.StartHeldAsync();
        await using var __ = host;
        await AddAsync(host.Core, 40, sameBytes: true);

        var page = Render(host, typeof(DuplicatesPage));

        page.WaitForAssertion(() => Assert.Single(page.FindAll(".group")), TimeSpan.FromSeconds(30));
        var shown = page.FindAll(".pictures a").Count;
        Assert.Equal($"and {40 - shown} more", page.Find(".pictures > .muted").TextContent);
        await page.InvokeAsync(() => page.Find(".group .danger").ClickAsync(new()));
        page.WaitForAssertion(
            () => Assert.Equal($"and {40 - shown - (shown - 1)} more", page.Find(".pictures > .muted").TextContent),
            TimeSpan.FromSeconds(30)
        );
        Assert.Equal(
            40 - (shown - 1),
            await host.Core.Get<InputQueries>().CountAsync(host.Core.App.Id, new InputFilter(), Ct)
        );
    }

    [Fact]
    public async Task An_input_that_is_not_there_leads_back()
    {
        await using var host = await PageHost.StartAsync();

        var page = host.Context.Render<InputPage>(parameters => parameters.Add(p => p.InputId, "gone"));

        page.WaitForAssertion(
            () => Assert.Contains("gone", page.Find(".empty").TextContent, StringComparison.Ordinal),
            TimeSpan.FromSeconds(30)
        );
        Assert.EndsWith("/explorer", page.Find(".empty a").GetAttribute("href"), StringComparison.Ordinal);
    }

    /// <summary>
    /// An app in which every page has something to show: two equal pictures, a concept, a tag that waits.
    /// </summary>
    private static async Task<(PageHost Host, HeldDatabase Database)> StartAsync()
    {
        var (host, database) = await PageHost.StartHeldAsync();
        var concept = await host.Core.ConceptAsync("runner");
        var input = await host.Core.AcceptAsync(1);
        await host
            .Core.Get<InputService>()
            .AcceptAsync(
                host.Core.App.Id,
                host.Core.User.Id,
                new NewInput("again"),
                new MemoryStream(Pictures.Any(1)),
                Ct
            );
        await host
            .Core.Get<AnnotationService>()
            .WriteAsync(
                host.Core.App.Id,
                host.Core.User.Id,
                [new NewAnnotation(input.Id, concept.Id, true, StatusCode.AnnotationPending)],
                Ct
            );
        return (host, database);
    }

    private static IRenderedComponent<DynamicComponent> Render(PageHost host, Type page) =>
        host.Context.Render<DynamicComponent>(parameters =>
            parameters
                .Add(p => p.Type, page)
                .Add(
                    p => p.Parameters,
                    page == typeof(InputPage)
                        ? new Dictionary<string, object> { [nameof(InputPage.InputId)] = "picture-1" }
                        : null
                )
        );

    private static async Task AddAsync(CoreHost core, int count, bool sameBytes)
    {
        var first = await core.AcceptAsync(1);
        await using var db = core.Db();
        await db.Database.ExecuteSqlAsync(
            $$"""
            WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {{count}})
            INSERT INTO Inputs (AppId, ExternalId, CreatedById, Status, ContentHash, ByteLength, MediaType, Width, Height, FileName, Metadata, ClaimToken, Attempts, CreatedAt, ModifiedAt)
            SELECT AppId, 'copy-' || n, CreatedById, 30000, CASE WHEN {{sameBytes}} THEN ContentHash ELSE printf('%064x', n) END,
                ByteLength, MediaType, Width, Height, n || '.png', '{}', 0, 1, CreatedAt, ModifiedAt FROM Inputs, numbers WHERE Id = {{first.Id}}
            """,
            Ct
        );
    }
}
