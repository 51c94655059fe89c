using Portal.Tests.Support;

namespace Portal.Tests.Annotations;

public sealed class DecisionApiTests(SharedPortal shared) : IClassFixture<SharedPortal>, IAsyncLifetime
{
    private readonly PortalFixture _portal = shared.Portal;

    private string App { get; } = SharedPortal.NewApp();

    // Made anew for each test, as a browser would: client ids are known beyond one app.
    private string Yes { get; } =
        $$"""{"decisions":[{"client_id":"{{Guid.NewGuid()}}","input_id":"one","concept_id":"red","value":1}]}""";

    public async ValueTask InitializeAsync()
    {
        await _portal
            .PostAsync("users/me/apps", new { apps = new[] { new { id = App["users/me/apps/".Length..] } } })
            .OkAsync();
        await _portal.PostAsync($"{App}/concepts", """{"concepts":[{"id":"red"},{"id":"blue"}]}""").OkAsync();
        await _portal
            .PostAsync(
                $"{App}/inputs",
                new
                {
                    inputs = new[]
                    {
                        new { id = "one", data = new { image = new { base64 = Drawings.Base64(Drawings.Red(1)) } } },
                    },
                }
            )
            .OkAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Sent_twice_it_decides_once_and_answers_the_same_batch()
    {
        var first = await _portal.PostAsync($"{App}/decisions", Yes).OkAsync();
        var again = await _portal.PostAsync($"{App}/decisions", Yes).OkAsync();
        Assert.Equal(first["batch_id"].GetString(), again["batch_id"].GetString());
        Assert.Single((await _portal.GetAsync($"{App}/annotations").OkAsync())["annotations"].EnumerateArray());
    }

    [Fact]
    public async Task A_batch_can_be_undone()
    {
        var batch = (await _portal.PostAsync($"{App}/decisions", Yes).OkAsync())["batch_id"].GetString();
        Assert.Equal(
            1,
            (await _portal.PostAsync($"{App}/decisions/undo", new { batch_id = batch }).OkAsync())["undone"].GetInt32()
        );
        Assert.Equal(
            0,
            (await _portal.PostAsync($"{App}/decisions/undo", new { batch_id = batch }).OkAsync())["undone"].GetInt32()
        );
        Assert.Equal(0, (await _portal.GetAsync($"{App}/annotations").OkAsync())["annotations"].GetArrayLength());
    }

    [Fact]
    public async Task A_null_value_takes_the_label_back()
    {
        await _portal.PostAsync($"{App}/decisions", Yes).OkAsync();
        await _portal
            .PostAsync(
                $"{App}/decisions",
                """{"decisions":[{"client_id":"second","input_id":"one","concept_id":"red","value":null}]}"""
            )
            .OkAsync();
        Assert.Equal(0, (await _portal.GetAsync($"{App}/annotations").OkAsync())["annotations"].GetArrayLength());
    }

    [Fact]
    public async Task A_waiting_annotation_is_approved_by_its_id()
    {
        var waiting = (
            await _portal
                .PostAsync(
                    $"{App}/annotations",
                    """{"annotations":[{"input_id":"one","status":{"code":24151},"data":{"concepts":[{"id":"red"}]}}]}"""
                )
                .OkAsync()
        )["annotations"]
            [0]
            .GetProperty("id")
            .GetString();

        await _portal
            .PostAsync(
                $"{App}/decisions",
                new
                {
                    decisions = new[]
                    {
                        new
                        {
                            client_id = "c",
                            input_id = "one",
                            concept_id = "red",
                            value = 1,
                            annotation_id = waiting,
                        },
                    },
                }
            )
            .OkAsync();

        var annotation = (await _portal.GetAsync($"{App}/inputs/one/annotations/{waiting}").OkAsync())["annotation"];
        Assert.Equal(24150, annotation.GetProperty("status").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task An_annotation_about_something_else_cannot_be_decided_with()
    {
        var waiting = (
            await _portal
                .PostAsync(
                    $"{App}/annotations",
                    """{"annotations":[{"input_id":"one","status":{"code":24151},"data":{"concepts":[{"id":"red"}]}}]}"""
                )
                .OkAsync()
        )["annotations"]
            [0]
            .GetProperty("id")
            .GetString();
        var answer = await _portal.PostAsync(
            $"{App}/decisions",
            new
            {
                decisions = new[]
                {
                    new
                    {
                        input_id = "one",
                        concept_id = "blue",
                        value = 1,
                        annotation_id = waiting,
                    },
                },
            }
        );
        Assert.Equal((400, 24155), ((int)answer.Http, answer.Code));
    }

    [Theory]
    [InlineData("audit", 200)]
    [InlineData("most_informative", 200)]
    [InlineData("by hand", 400)]
    public async Task A_decision_may_say_how_its_input_was_drawn_in_words_the_portal_knows(string draw, int http)
    {
        var answer = await _portal.PostAsync(
            $"{App}/decisions",
            new
            {
                decisions = new[]
                {
                    new
                    {
                        input_id = "one",
                        concept_id = "red",
                        value = 1,
                        sampling_method = draw,
                    },
                },
            }
        );
        Assert.Equal(http, (int)answer.Http);
    }

    [Fact]
    public async Task The_cookie_decides_only_with_the_header_of_the_portals_own_pages()
    {
        using var browser = await _portal.BrowserAsync();

        using var bare = await browser.PostAsync(
            $"/v2/{App}/decisions",
            new StringContent(Yes),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(403, (int)bare.StatusCode);
        browser.DefaultRequestHeaders.Add("X-Requested-With", "portal");
        await browser.SendAsync(HttpMethod.Post, $"{App}/decisions", Yes).OkAsync();
    }
}
