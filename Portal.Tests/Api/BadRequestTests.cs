using Portal.Tests.Support;

namespace Portal.Tests.Api;

/// <summary>
/// What is wrong with a request is said with the right code and HTTP status, and with the field or the line.
/// </summary>
public sealed class BadRequestTests(BadRequestTests.Shop shop) : IClassFixture<BadRequestTests.Shop>
{
    private const string App = "users/me/apps/shop";

    [Theory]
    [InlineData("POST", App + "/concepts", """{"concepts":[{"id":"a"},]}""", 400, 11100, "line 1, byte 25")]
    [InlineData("POST", App + "/concepts", "{\n\"concepts\":\n [}", 400, 11100, "line 3")]
    [InlineData("POST", App + "/concepts", "not json", 400, 11100, "line 1")]
    [InlineData("POST", App + "/concepts", """{"concepts":[{"id":7}]}""", 400, 11102, "concepts[0].id")]
    [InlineData("POST", App + "/concepts", """{"concepts":"a"}""", 400, 11102, "concepts")]
    [InlineData("POST", App + "/concepts", """{"concepts":[null]}""", 400, 11102, "concepts[0]")]
    [InlineData("POST", App + "/concepts", """{"concepts":[]}""", 400, 11102, "concepts")]
    [InlineData("POST", App + "/concepts", null, 400, 11102, "concepts")]
    [InlineData("POST", App + "/concepts", "[]", 400, 11102, "the body")]
    [InlineData(
        "POST",
        App + "/concepts",
        """{"concepts":[{"id":"no spaces please"}]}""",
        400,
        11102,
        "no spaces please"
    )]
    [InlineData("POST", App + "/concepts", """{"concepts":[{"id":"taken"}]}""", 409, 40010, "taken")]
    [InlineData(
        "PATCH",
        App + "/concepts",
        """{"action":"explode","concepts":[{"id":"taken"}]}""",
        400,
        11102,
        "explode"
    )]
    [InlineData(
        "PATCH",
        App + "/concepts",
        """{"action":"overwrite","concepts":[{"id":"ghost","name":"x"}]}""",
        404,
        11101,
        "ghost"
    )]
    [InlineData("POST", "users/me/apps", """{"apps":[{"id":"shop"}]}""", 409, 40010, "shop")]
    [InlineData(
        "PATCH",
        "users/me/apps",
        """{"action":"overwrite","apps":[{"id":"shop","default_workflow_id":"ghost"}]}""",
        404,
        22102,
        "ghost"
    )]
    [InlineData("POST", App + "/inputs", """{"inputs":[{"data":{}}]}""", 400, 30104, "data.image")]
    [InlineData(
        "POST",
        App + "/inputs",
        """{"inputs":[{"data":{"image":{"base64":"no base64!"}}}]}""",
        400,
        30300,
        "base64"
    )]
    [InlineData(
        "POST",
        App + "/inputs",
        """{"inputs":[{"data":{"image":{"base64":"aGVsbG8gd29ybGQsIHRoaXMgaXMgdGV4dA=="}}}]}""",
        400,
        30101,
        "plain text"
    )]
    [InlineData(
        "POST",
        App + "/inputs",
        """{"inputs":[{"data":{"image":{"url":"http://127.0.0.1/x.png"}}}]}""",
        400,
        30106,
        "127.0.0.1"
    )]
    [InlineData(
        "POST",
        App + "/inputs",
        """{"inputs":[{"data":{"image":{"url":"file:///etc/passwd"}}}]}""",
        400,
        30106,
        "http"
    )]
    [InlineData(
        "POST",
        App + "/inputs",
        """{"inputs":[{"data":{"video":{"url":"http://127.0.0.1/clip.mp4"}}}]}""",
        400,
        30106,
        "127.0.0.1"
    )]
    [InlineData("POST", App + "/inputs", """{"inputs":[{"data":{"video":{}}}]}""", 400, 30104, "data.video")]
    [InlineData(
        "POST",
        App + "/inputs",
        """{"inputs":[{"id":"picture","data":{"image":{"base64":"iVBORw0KGgo="}}}]}""",
        409,
        40010,
        "picture"
    )]
    [InlineData(
        "PATCH",
        App + "/inputs",
        """{"action":"merge","inputs":[{"id":"picture","data":{"metadata":{"a":1,"a":2}}}]}""",
        400,
        11102,
        "metadata"
    )]
    [InlineData(
        "PATCH",
        App + "/inputs",
        """{"action":"merge","inputs":[{"id":"picture","data":{"metadata":{"a":["\ud800"]}}}]}""",
        400,
        11102,
        "Unicode"
    )]
    [InlineData(
        "PATCH",
        App + "/inputs",
        """{"action":"merge","inputs":[{"id":"picture","data":{"metadata":7}}]}""",
        400,
        11102,
        "JSON object"
    )]
    [InlineData(
        "PATCH",
        App + "/inputs",
        """{"action":"merge","inputs":[{"id":"ghost","data":{"metadata":{}}}]}""",
        404,
        30102,
        "ghost"
    )]
    [InlineData(
        "PATCH",
        App + "/inputs",
        """{"action":"merge","inputs":[{"id":"picture","data":{"concepts":[{"id":"taken","value":0.5}]}}]}""",
        400,
        24155,
        "1 (present)"
    )]
    [InlineData(
        "PATCH",
        App + "/inputs",
        """{"action":"merge","inputs":[{"id":"picture","data":{"concepts":[{"id":"taken","value":"yes"}]}}]}""",
        400,
        11102,
        "value"
    )]
    [InlineData("DELETE", App + "/inputs", """{"delete_all":true}""", 400, 11102, "delete_all")]
    [InlineData("GET", App + "/inputs?per_page=1001", null, 400, 11102, "per_page")]
    [InlineData("GET", App + "/inputs?page=0", null, 400, 11102, "page")]
    [InlineData("GET", App + "/inputs?page_token=zzz", null, 400, 11102, "page_token")]
    [InlineData("GET", App + "/annotations?statuses=happy", null, 400, 11102, "happy")]
    [InlineData("GET", App + "/annotations?list_all_annotations=maybe", null, 400, 11102, "list_all_annotations")]
    [InlineData(
        "POST",
        App + "/annotations",
        """{"annotations":[{"input_id":"ghost","data":{"concepts":[{"id":"taken"}]}}]}""",
        404,
        30102,
        "ghost"
    )]
    [InlineData(
        "POST",
        App + "/annotations",
        """{"annotations":[{"input_id":"picture","data":{"concepts":[{"id":"ghost"}]}}]}""",
        404,
        11101,
        "ghost"
    )]
    [InlineData(
        "POST",
        App + "/annotations",
        """{"annotations":[{"input_id":"picture"}]}""",
        400,
        11102,
        "data.concepts"
    )]
    [InlineData(
        "POST",
        App + "/annotations",
        """{"annotations":[{"input_id":"picture","status":{"code":24158},"data":{"concepts":[{"id":"taken"}]}}]}""",
        400,
        24155,
        "24158"
    )]
    [InlineData(
        "POST",
        App + "/annotations",
        """{"annotations":[{"input_id":"picture","status":{"code":99},"data":{"concepts":[{"id":"taken"}]}}]}""",
        400,
        11102,
        "annotations[0].status.code"
    )]
    [InlineData(
        "POST",
        App + "/annotations",
        """{"annotations":[{"input_id":"picture","status":{"code":"HAPPY"},"data":{"concepts":[{"id":"taken"}]}}]}""",
        400,
        11102,
        "annotations[0].status.code"
    )]
    [InlineData(
        "PATCH",
        App + "/annotations",
        """{"action":"overwrite","annotations":[{"id":"ghost","status":{"code":24150}}]}""",
        404,
        11101,
        "ghost"
    )]
    [InlineData(
        "POST",
        App + "/decisions",
        """{"decisions":[{"input_id":"picture","concept_id":"ghost","value":1}]}""",
        404,
        11101,
        "ghost"
    )]
    [InlineData(
        "POST",
        App + "/decisions",
        """{"decisions":[{"input_id":"ghost","concept_id":"taken","value":1}]}""",
        404,
        30102,
        "ghost"
    )]
    [InlineData(
        "POST",
        App + "/decisions",
        """{"decisions":[{"input_id":"picture","concept_id":"taken","value":2}]}""",
        400,
        24155,
        "value"
    )]
    [InlineData("POST", App + "/decisions/undo", "{}", 400, 11102, "batch_id")]
    [InlineData(
        "POST",
        App + "/work-batches/release",
        """{"holder":"page","input_ids":[null]}""",
        400,
        11102,
        "input_ids[0]"
    )]
    [InlineData("POST", App + "/models", """{"model":{"id":"m","model_type_id":"oracle"}}""", 400, 21202, "oracle")]
    [InlineData(
        "POST",
        App + "/models",
        """{"model":{"id":"m","output_info":{"data":{"concepts":[{"id":"ghost"}]}}}}""",
        400,
        21202,
        "ghost"
    )]
    [InlineData(
        "POST",
        App + "/models",
        """{"model":{"id":"t","model_type_id":"concept-thresholder","output_info":{"data":{"concepts":[{"id":"taken","value":0.5}]}}}}""",
        400,
        21202,
        "concept_threshold_type"
    )]
    [InlineData(
        "POST",
        App + "/models",
        """{"model":{"id":"t","output_info":{"type":"concept-threshold","data":{"concepts":[{"id":"taken","value":0.5}]},"output_config":{"model_metadata":{"concept_threshold_type":0}}}}}""",
        400,
        21202,
        "concept_threshold_type"
    )]
    [InlineData(
        "POST",
        App + "/models",
        """{"model":{"id":"w","model_type_id":"annotation-writer","output_info":{"params":{"annotation_status":24152,"annotation_user_id":"owner"}}}}""",
        400,
        21202,
        "annotation_status"
    )]
    [InlineData("POST", App + "/models", """{"model":{"id":"untrained"}}""", 409, 40010, "untrained")]
    [InlineData("POST", App + "/models/visual-embedder/versions", null, 400, 21202, "nothing to train")]
    [InlineData(
        "POST",
        App + "/models/untrained/outputs",
        """{"inputs":[{"id":"picture"}]}""",
        400,
        21102,
        "not trained"
    )]
    [InlineData(
        "POST",
        App + "/models/visual-embedder/versions/ghost/outputs",
        """{"inputs":[{"id":"picture"}]}""",
        404,
        21200,
        "ghost"
    )]
    [InlineData(
        "POST",
        App + "/workflows",
        """{"workflows":[{"id":"w","nodes":[{"id":"n","model":{"id":"untrained"}}]}]}""",
        400,
        22002,
        "n"
    )]
    [InlineData("POST", App + "/workflows", """{"workflows":[{"id":"w","nodes":[]}]}""", 400, 22104, "no nodes")]
    [InlineData(
        "POST",
        App + "/workflows",
        """{"workflows":[{"id":"w","nodes":[{"id":"n","model":{"id":"ghost"}}]}]}""",
        400,
        22104,
        "ghost"
    )]
    [InlineData(
        "POST",
        App + "/workflows",
        """{"workflows":[{"id":"w","nodes":[{"id":"n","model":{"id":"visual-embedder"},"node_inputs":[{"node_id":"m"}]}]}]}""",
        400,
        22107,
        "m"
    )]
    [InlineData(
        "POST",
        App + "/workflows",
        """{"workflows":[{"id":"w","nodes":[{"model":{"id":"visual-embedder"}}]}]}""",
        400,
        22104,
        "nodes[0].id"
    )]
    [InlineData(
        "POST",
        App + "/inputs/searches",
        """{"searches":[{"query":{"filters":[{"annotation":{"data":{"metadata":{"a":1}}}}]}}]}""",
        400,
        11102,
        "metadata"
    )]
    [InlineData(
        "POST",
        App + "/inputs/searches",
        """{"searches":[{"query":{"filters":[{"annotation":{"data":{"concepts":[{"id":"ghost"}]}}}]}}]}""",
        404,
        11101,
        "ghost"
    )]
    [InlineData(
        "POST",
        App + "/inputs/searches",
        """{"searches":[{"query":{"ranks":[{"annotation":{}}]}}]}""",
        400,
        11102,
        "picture"
    )]
    [InlineData(
        "POST",
        App + "/inputs/searches",
        """{"searches":[{"query":{"ranks":[{"annotation":{"input_id":"ghost"}}]}}]}""",
        404,
        30102,
        "ghost"
    )]
    [InlineData("POST", App + "/inputs/upload", "{}", 400, 11102, "multipart/form-data")]
    [InlineData("GET", App + "/nonsense", null, 404, 11101, "nonsense")]
    [InlineData("DELETE", App + "/jobs", null, 405, 11103, "GET")]
    [InlineData("GET", "concepts", null, 400, 11102, "one app")]
    public async Task A_bad_request_is_answered_with_what_is_wrong(
        string method,
        string path,
        string? body,
        int http,
        int code,
        string named
    )
    {
        var answer = await shop.Portal.Client.SendAsync(new HttpMethod(method), path, body);

        Assert.True((int)answer.Http == http && answer.Code == code, $"HTTP {(int)answer.Http}: {answer.Body}");
        Assert.Contains(named, answer.Details, StringComparison.Ordinal);
        Assert.NotEmpty(answer.Status.GetProperty("req_id").GetString()!);
        Assert.NotEmpty(answer.Status.GetProperty("description").GetString()!);
    }

    [Fact]
    public async Task A_request_with_more_inputs_than_allowed_names_the_limit()
    {
        var answer = await shop.Portal.PostAsync(
            $"{App}/inputs",
            new { inputs = Enumerable.Range(0, 129).Select(_ => new { data = new { } }) }
        );
        Assert.Equal((400, 11102), ((int)answer.Http, answer.Code));
        Assert.Contains("128", answer.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_ten_million_characters_is_refused()
    {
        var answer = await shop.Portal.PostAsync(
            $"{App}/concepts",
            new { concepts = new[] { new { id = "long", name = new string('x', 10_000_000) } } }
        );
        Assert.Equal((400, 11102), ((int)answer.Http, answer.Code));
        Assert.True(answer.Details.Length < 500);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_with_the_limit()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/{App}/concepts")
        {
            Content = new StreamContent(Stream.Null),
        };
        request.Content.Headers.ContentLength = 129L * 1024 * 1024;
        request.Headers.ExpectContinue = true;
        using var response = await shop.Portal.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await ApiClient.ReadAsync(response);
        Assert.Equal((400, 11102), ((int)answer.Http, answer.Code));
        Assert.Contains("128 MB", answer.Details, StringComparison.Ordinal);
    }

    public sealed class Shop : IAsyncLifetime
    {
        public PortalFixture Portal { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Portal = await PortalFixture.StartAsync();
            await Portal.PostAsync("users/me/apps", """{"apps":[{"id":"shop"}]}""").OkAsync();
            await Portal.PostAsync($"{App}/concepts", """{"concepts":[{"id":"taken"}]}""").OkAsync();
            await Portal.PostAsync($"{App}/models", """{"model":{"id":"untrained"}}""").OkAsync();
            await Portal
                .PostAsync(
                    $"{App}/inputs",
                    new
                    {
                        inputs = new[]
                        {
                            new
                            {
                                id = "picture",
                                data = new { image = new { base64 = Drawings.Base64(Drawings.Red(1)) } },
                            },
                        },
                    }
                )
                .OkAsync();
            await Portal.ProcessedAsync(App);
        }

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
