using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

public sealed class InputApiTests(SharedPortal shared) : IClassFixture<SharedPortal>, IAsyncLifetime
{
    private readonly PortalFixture _portal = shared.Portal;

    private string App { get; } = SharedPortal.NewApp();

    public async ValueTask InitializeAsync()
    {
        await _portal
            .PostAsync("users/me/apps", new { apps = new[] { new { id = App["users/me/apps/".Length..] } } })
            .OkAsync();
        await _portal.PostAsync($"{App}/concepts", """{"concepts":[{"id":"red"},{"id":"blue"}]}""").OkAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_bad_picture_costs_its_own_item_and_not_the_batch()
    {
        var answer = await _portal.PostAsync(
            $"{App}/inputs",
            new
            {
                inputs = new[]
                {
                    Input("good", Drawings.Red(1)),
                    Input("broken", "no picture"u8.ToArray()),
                    Input("good", Drawings.Red(3)),
                    Input("fine", Drawings.Red(4)),
                },
            }
        );

        Assert.Equal((200, 10010), ((int)answer.Http, answer.Code));
        Assert.Equal(
            [30001, 30101, 40010, 30001],
            answer["inputs"].EnumerateArray().Select(i => i.GetProperty("status").GetProperty("code").GetInt32())
        );
        Assert.Equal(["fine", "good"], await IdsAsync("inputs"));
    }

    [Fact]
    public async Task Inputs_are_paged_by_number_and_by_token()
    {
        await _portal
            .PostAsync(
                $"{App}/inputs",
                new { inputs = Enumerable.Range(0, 5).Select(i => Input($"i{i}", Drawings.Red(i))) }
            )
            .OkAsync();

        Assert.Equal(["i4", "i3"], await IdsAsync("inputs?per_page=2"));
        Assert.Equal(["i2", "i1"], await IdsAsync("inputs?per_page=2&page=2"));
        Assert.Equal(["i0"], await IdsAsync("inputs?per_page=2&page=3"));
        var seen = new List<string?>();
        for (var token = ""; token is not null; )
        {
            var page = await _portal.GetAsync($"{App}/inputs?per_page=2&page_token={token}").OkAsync();
            seen.AddRange(Ids(page));
            token = page.Body.TryGetProperty("next_page_token", out var next) ? next.GetString() : null;
        }
        Assert.Equal(["i4", "i3", "i2", "i1", "i0"], seen);
    }

    [Fact]
    public async Task Metadata_is_merged_removed_and_overwritten()
    {
        await _portal
            .PostAsync(
                $"{App}/inputs",
                new { inputs = new[] { Input("one", Drawings.Red(1), new { a = 1, deep = new { x = 1 } }) } }
            )
            .OkAsync();

        Assert.Equal(
            """{"a":2,"deep":{"x":1,"y":2}}""",
            await PatchMetadataAsync("merge", new { a = 2, deep = new { y = 2 } })
        );
        Assert.Equal("""{"deep":{"x":1,"y":2}}""", await PatchMetadataAsync("remove", new { a = 0 }));
        Assert.Equal("""{"b":"new"}""", await PatchMetadataAsync("overwrite", new { b = "new" }));
    }

    [Fact]
    public async Task Labels_are_merged_overwritten_and_removed()
    {
        await _portal.PostAsync($"{App}/inputs", new { inputs = new[] { Input("one", Drawings.Red(1)) } }).OkAsync();

        Assert.Equal([("red", 1)], await PatchLabelsAsync("merge", new { id = "red", value = true }));
        Assert.Equal([("blue", 0), ("red", 1)], await PatchLabelsAsync("merge", new { id = "blue", value = false }));
        Assert.Equal([("blue", 1)], await PatchLabelsAsync("overwrite", new { id = "blue", value = true }));
        Assert.Equal([], await PatchLabelsAsync("remove", new { id = "blue", value = true }));
    }

    [Fact]
    public async Task An_upload_takes_many_files_each_with_the_fields_before_it()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("first"), "id" },
            { new StringContent("""[{"id":"red","value":1},{"id":"blue","value":0}]"""), "concepts" },
            { new StringContent("""{"camera":"left"}"""), "metadata" },
            { FilePart(Drawings.Red(1)), "file", @"C:\pictures\first.png" },
            { FilePart("hello"u8.ToArray()), "file", "note.txt" },
            { new StringContent("red, blue"), "concepts" },
            { FilePart(Drawings.Blue(1)), "file", "third.png" },
        };

        var answer = await UploadAsync(form);

        Assert.Equal((200, 10010), ((int)answer.Http, answer.Code));
        Assert.Equal(
            [30001, 30101, 30001],
            answer["inputs"].EnumerateArray().Select(i => i.GetProperty("status").GetProperty("code").GetInt32())
        );
        var first = (await _portal.GetAsync($"{App}/inputs/first").OkAsync())["input"].GetProperty("data");
        Assert.Equal([("blue", 0), ("red", 1)], Labels(first));
        Assert.Equal("left", first.GetProperty("metadata").GetProperty("camera").GetString());
        Assert.Equal("first.png", first.GetProperty("image").GetProperty("file_name").GetString());
        Assert.Equal([("blue", 1), ("red", 1)], Labels(answer["inputs"][2].GetProperty("data")));
    }

    [Fact]
    public async Task An_upload_can_leave_out_what_the_app_has()
    {
        using var first = new MultipartFormDataContent { { FilePart(Drawings.Red(1)), "file", "a.png" } };
        await UploadAsync(first);
        using var again = new MultipartFormDataContent
        {
            { FilePart(Drawings.Red(1)), "file", "b.png" },
            { FilePart(Drawings.Red(2)), "file", "c.png" },
        };

        var answer = await UploadAsync(again, "?skip_duplicates=true");

        Assert.Equal(
            [30100, 30001],
            answer["inputs"].EnumerateArray().Select(i => i.GetProperty("status").GetProperty("code").GetInt32())
        );
        Assert.Equal(2, (await IdsAsync("inputs")).Count);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_keeps_the_files_before_the_break()
    {
        var head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"u8;
        byte[] body = [.. head, .. Drawings.Red(1), .. "\r\n"u8, .. head, .. Drawings.Red(2)[..40]];
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=edge");

        var answer = await UploadAsync(content);

        Assert.Equal((400, 11100), ((int)answer.Http, answer.Code));
        Assert.Equal(
            [30001, 11100],
            answer["inputs"].EnumerateArray().Select(i => i.GetProperty("status").GetProperty("code").GetInt32())
        );
        Assert.Single(await IdsAsync("inputs"));
    }

    [Fact]
    public async Task A_picture_is_fetched_from_an_address_the_owner_allows()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        await using var pictures = builder.Build();
        pictures.MapGet("/picture", () => Results.Bytes(Drawings.Red(1), "text/plain"));
        pictures.MapGet("/page.png", () => Results.Bytes("a page"u8.ToArray(), "image/png"));
        await pictures.StartAsync(TestContext.Current.CancellationToken);
        await using var portal = await PortalFixture.StartAsync(("Fetch:AllowedHosts:0", "127.0.0.1"));
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"shop"}]}""").OkAsync();
        Task<ApiAnswer> FetchAsync(string path) =>
            portal.PostAsync(
                "users/me/apps/shop/inputs",
                new
                {
                    inputs = new[]
                    {
                        new { id = "fetched", data = new { image = new { url = $"{pictures.Urls.First()}/{path}" } } },
                    },
                }
            );

        // The bytes decide, whatever the other side calls them.
        Assert.Equal(30101, (await FetchAsync("page.png")).Code);
        await FetchAsync("picture").OkAsync();
        await portal.ProcessedAsync("users/me/apps/shop");
        var input = (await portal.GetAsync("users/me/apps/shop/inputs/fetched").OkAsync())["input"];
        Assert.Equal(30000, input.GetProperty("status").GetProperty("code").GetInt32());
        Assert.Equal(
            $"{pictures.Urls.First()}/picture",
            input.GetProperty("data").GetProperty("image").GetProperty("url").GetString()
        );
    }

    [Fact]
    public async Task What_was_accepted_is_there_after_a_restart()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"shop"}]}""").OkAsync();
        await portal
            .PostAsync("users/me/apps/shop/inputs", new { inputs = new[] { Input("kept", Drawings.Red(1)) } })
            .OkAsync();
        await portal.RestartAsync();
        await portal.ProcessedAsync("users/me/apps/shop");
        Assert.Equal(
            30000,
            (await portal.GetAsync("users/me/apps/shop/inputs/kept").OkAsync())["input"]
                .GetProperty("status")
                .GetProperty("code")
                .GetInt32()
        );
    }

    [Fact]
    public async Task A_training_request_sent_as_an_empty_form_is_understood()
    {
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        await _portal
            .PostAsync($"{App}/models", """{"model":{"id":"m","output_info":{"data":{"concepts":[{"id":"red"}]}}}}""")
            .OkAsync();
        using var response = await _portal.Client.PostAsync(
            $"/v2/{App}/models/m/versions",
            content,
            TestContext.Current.CancellationToken
        );
        var answer = await ApiClient.ReadAsync(response);
        Assert.Equal((200, 10000), ((int)answer.Http, answer.Code));
        var version = answer["model_version"].GetProperty("id").GetString();
        var ended = await _portal.TrainedAsync($"{App}/models/m/versions/{version}");
        Assert.Equal(
            21110,
            ended["model"].GetProperty("model_version").GetProperty("status").GetProperty("code").GetInt32()
        );
    }

    private static object Input(string id, byte[] picture, object? metadata = null) =>
        new { id, data = new { image = new { base64 = Drawings.Base64(picture) }, metadata } };

    private static ByteArrayContent FilePart(byte[] bytes) => new(bytes);

    private async Task<ApiAnswer> UploadAsync(HttpContent content, string query = "")
    {
        using var response = await _portal.Client.PostAsync(
            $"/v2/{App}/inputs/upload{query}",
            content,
            TestContext.Current.CancellationToken
        );
        return await ApiClient.ReadAsync(response);
    }

    private async Task<string> PatchMetadataAsync(string action, object metadata) =>
        (
            await _portal
                .PatchAsync(
                    $"{App}/inputs",
                    new { action, inputs = new[] { new { id = "one", data = new { metadata } } } }
                )
                .OkAsync()
        )["inputs"]
            [0]
            .GetProperty("data")
            .GetProperty("metadata")
            .GetRawText();

    private async Task<List<(string?, int)>> PatchLabelsAsync(string action, object concept) =>
        Labels(
            (
                await _portal
                    .PatchAsync(
                        $"{App}/inputs",
                        new
                        {
                            action,
                            inputs = new[] { new { id = "one", data = new { concepts = new[] { concept } } } },
                        }
                    )
                    .OkAsync()
            )["inputs"]
                [0]
                .GetProperty("data")
        );

    private static List<(string?, int)> Labels(JsonElement data) =>
        [
            .. data.GetProperty("concepts")
                .EnumerateArray()
                .Select(c => (c.GetProperty("id").GetString(), c.GetProperty("value").GetInt32()))
                .Order(),
        ];

    private async Task<List<string?>> IdsAsync(string path) => Ids(await _portal.GetAsync($"{App}/{path}").OkAsync());

    private static List<string?> Ids(ApiAnswer answer) =>
        [.. answer["inputs"].EnumerateArray().Select(i => i.GetProperty("id").GetString())];
}
