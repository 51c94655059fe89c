using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class SearchApiTests(SearchApiTests.Gallery gallery) : IClassFixture<SearchApiTests.Gallery>
{
    private const string App = "users/me/apps/gallery";

    [Fact]
    public async Task Searching_by_a_concept_finds_what_is_labelled_so() =>
        Assert.Equal(
            ["red-0", "red-1", "red-2"],
            (await FindAsync(Filter(new { data = new { concepts = new[] { new { id = "red", value = 1 } } } }))).Order()
        );

    [Fact]
    public async Task Searching_by_value_zero_finds_what_is_denied() =>
        Assert.Equal(
            ["blue-0"],
            await FindAsync(Filter(new { data = new { concepts = new[] { new { id = "red", value = 0 } } } }))
        );

    [Fact]
    public async Task Every_filter_must_hold() =>
        Assert.Equal(
            ["red-1"],
            await FindAsync(
                new
                {
                    filters = new object[]
                    {
                        new { annotation = new { data = new { concepts = new[] { new { id = "red" } } } } },
                        new { annotation = new { status = new { code = 24151 } } },
                    },
                }
            )
        );

    [Fact]
    public async Task The_older_form_by_concept_name_is_understood() =>
        Assert.Equal(
            3,
            (
                await HitsAsync(
                    "searches",
                    new
                    {
                        query = new
                        {
                            ands = new[]
                            {
                                new { output = new { data = new { concepts = new[] { new { name = "Crimson" } } } } },
                            },
                        },
                    }
                )
            ).Count
        );

    [Theory]
    [InlineData("id")]
    [InlineData("base64")]
    [InlineData("older")]
    public async Task Ranking_by_a_picture_puts_the_alike_first_with_their_cosine(string form)
    {
        var picture = new { image = new { base64 = Drawings.Base64(Drawings.Blue(1)) } };
        var hits = form switch
        {
            "id" => await HitsAsync(
                "inputs/searches",
                Searches(new { ranks = new[] { new { annotation = new { input_id = "blue-1" } } } })
            ),
            "base64" => await HitsAsync(
                "inputs/searches",
                Searches(new { ranks = new[] { new { annotation = new { data = picture } } } })
            ),
            _ => await HitsAsync(
                "searches",
                new { query = new { ands = new[] { new { output = new { input = new { data = picture } } } } } }
            ),
        };

        Assert.Equal(6, hits.Count);
        Assert.Equal("blue-1", hits[0].Id);
        Assert.Equal(1, hits[0].Score, 0.001);
        Assert.All(hits.Take(3), hit => Assert.StartsWith("blue", hit.Id, StringComparison.Ordinal));
        Assert.Equal(hits.Select(h => h.Score).OrderDescending(), hits.Select(h => h.Score));
    }

    [Fact]
    public async Task Ranked_hits_are_paged()
    {
        async Task<List<(string Id, double Score)>> PageAsync(int page) =>
            await HitsAsync(
                "inputs/searches",
                new
                {
                    searches = new[]
                    {
                        new { query = new { ranks = new[] { new { annotation = new { input_id = "red-0" } } } } },
                    },
                    pagination = new { page, per_page = 4 },
                }
            );
        var (first, second) = (await PageAsync(1), await PageAsync(2));
        Assert.Equal((4, 2), (first.Count, second.Count));
        Assert.Equal(6, first.Concat(second).Select(h => h.Id).Distinct().Count());
        Assert.True(first[^1].Score >= second[0].Score);
    }

    [Fact]
    public async Task An_annotation_search_answers_the_annotations_themselves()
    {
        var answer = await gallery
            .Portal.PostAsync(
                $"{App}/annotations/searches",
                Searches(Filter(new { status = new { code = "ANNOTATION_PENDING" } }))
            )
            .OkAsync();
        var hit = Assert.Single(answer["hits"].EnumerateArray());
        Assert.Equal(24151, hit.GetProperty("annotation").GetProperty("status").GetProperty("code").GetInt32());
        Assert.Equal("red-1", hit.GetProperty("annotation").GetProperty("input_id").GetString());
    }

    private async Task<List<string>> FindAsync(object query) =>
        [.. (await HitsAsync("inputs/searches", Searches(query))).Select(hit => hit.Id)];

    private async Task<List<(string Id, double Score)>> HitsAsync(string path, object body) =>
        [
            .. (await gallery.Portal.PostAsync($"{App}/{path}", body).OkAsync())["hits"]
                .EnumerateArray()
                .Select(hit =>
                    (hit.GetProperty("input").GetProperty("id").GetString()!, hit.GetProperty("score").GetDouble())
                ),
        ];

    private static object Searches(object query) => new { searches = new[] { new { query } } };

    private static object Filter(object annotation) => new { filters = new[] { new { annotation } } };

    public sealed class Gallery : IAsyncLifetime
    {
        public PortalFixture Portal { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Portal = await PortalFixture.StartAsync();
            await Portal.PostAsync("users/me/apps", """{"apps":[{"id":"gallery"}]}""").OkAsync();
            await Portal
                .PostAsync($"{App}/concepts", """{"concepts":[{"id":"red","name":"Crimson"},{"id":"blue"}]}""")
                .OkAsync();
            object Input(string kind, int i, byte[] picture) =>
                new
                {
                    id = $"{kind}-{i}",
                    data = new
                    {
                        image = new { base64 = Drawings.Base64(picture) },
                        concepts = kind == "red" ? new[] { new { id = "red", value = 1 } } : null,
                    },
                };
            await Portal
                .PostAsync(
                    $"{App}/inputs",
                    new
                    {
                        inputs = Enumerable
                            .Range(0, 3)
                            .SelectMany(i =>
                                new[] { Input("red", i, Drawings.Red(i)), Input("blue", i, Drawings.Blue(i)) }
                            ),
                    }
                )
                .OkAsync();
            await Portal
                .PostAsync(
                    $"{App}/annotations",
                    """
                    {"annotations":[
                      {"input_id":"blue-0","data":{"concepts":[{"id":"red","value":0}]}},
                      {"input_id":"red-1","status":{"code":24151},"data":{"concepts":[{"id":"blue","value":1}]}}
                    ]}
                    """
                )
                .OkAsync();
            await Portal.ProcessedAsync(App);
        }

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
