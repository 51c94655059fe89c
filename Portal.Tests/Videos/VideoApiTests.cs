using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Videos;

/// <summary>Videos over HTTP: how they come in, what is said of them, and their bytes.</summary>
public sealed class VideoApiTests(PortalApp portal) : IClassFixture<PortalApp>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_video_as_data_video_becomes_frames_and_is_described_with_them()
    {
        using var client = await portal.WithKeyAsync("owner", await portal.AppAsync("owner", "video"));
        var video = Convert.ToBase64String(await TestVideos.OfColoursAsync(1, "red", "blue"));

        var answer = await client
            .SendAsync(
                HttpMethod.Post,
                "inputs",
                new
                {
                    inputs = new[]
                    {
                        new
                        {
                            id = "clip",
                            data = new
                            {
                                video = new
                                {
                                    base64 = video,
                                    file_name = "clip.mp4",
                                    frames = "scenes",
                                },
                                metadata = new { place = "park" },
                            },
                        },
                    },
                }
            )
            .OkAsync();

        Assert.Equal(
            ("clip", 30001),
            (
                answer["inputs"][0].GetProperty("id").GetString(),
                answer["inputs"][0].GetProperty("status").GetProperty("code").GetInt32()
            )
        );
        Assert.Equal(
            "clip.mp4",
            answer["inputs"][0].GetProperty("data").GetProperty("video").GetProperty("file_name").GetString()
        );
        var described = await SampledAsync(client, "clip");
        Assert.Equal(
            ("scenes", 2000, 160, 120),
            (
                described.GetProperty("sampling").GetString(),
                described.GetProperty("duration_ms").GetInt32(),
                described.GetProperty("width").GetInt32(),
                described.GetProperty("height").GetInt32()
            )
        );
        Assert.Equal(
            ["clip-0000000 0", "clip-0001000 1000"],
            described
                .GetProperty("frames")
                .EnumerateArray()
                .Select(f => $"{f.GetProperty("input_id").GetString()} {f.GetProperty("time_ms").GetInt32()}")
        );
        var frame = (await client.SendAsync(HttpMethod.Get, "inputs/clip-0001000", null).OkAsync())["input"];
        Assert.Equal("park", frame.GetProperty("data").GetProperty("metadata").GetProperty("place").GetString());
        Assert.Equal(
            "clip",
            (await client.SendAsync(HttpMethod.Get, "videos", null).OkAsync())["videos"]
                [0]
                .GetProperty("id")
                .GetString()
        );
        await client.SendAsync(HttpMethod.Delete, "videos/clip", null).OkAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(HttpMethod.Get, "videos/clip", null)).Http);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await client.SendAsync(HttpMethod.Get, "inputs/clip-0001000", null)).Http
        );
    }

    [Fact]
    public async Task A_video_and_a_picture_in_one_upload_are_told_apart_by_their_bytes()
    {
        using var client = await portal.WithKeyAsync("owner", await portal.AppAsync("owner", "mixed"));

        using var form = new MultipartFormDataContent
        {
            { new StringContent("0.5"), "frames" },
            { new ByteArrayContent(await TestVideos.OfColoursAsync(1, "red")), "file", "a.png" },
            { new ByteArrayContent(Pictures.Any(1)), "file", "b.mp4" },
        };
        using var answer = await client.PostAsync("/v2/inputs/upload", form, Ct);

        var inputs = (await ApiClient.ReadAsync(answer))["inputs"];
        Assert.Equal(
            2,
            (await SampledAsync(client, inputs[0].GetProperty("id").GetString()!))
                .GetProperty("frames")
                .GetArrayLength()
        );
        Assert.True(inputs[1].GetProperty("data").TryGetProperty("image", out _));
    }

    [Theory]
    [InlineData("""{"video":{"base64":"FILM"},"concepts":[{"id":"cat","value":1}]}""", 30104, "takes no labels")]
    [InlineData("""{"video":{"base64":"FILM","frames":"often"}}""", 30104, "scenes")]
    [InlineData("""{"video":{"base64":"AAAA"}}""", 30101, "not an image")]
    [InlineData("""{"video":{"base64":""}}""", 30300, "data.video.base64")]
    [InlineData("""{"video":{"url":"file:///etc/passwd"}}""", 30106, "http://")]
    public async Task What_cannot_be_taken_is_refused_with_its_reason(string data, int code, string words)
    {
        using var client = await portal.WithKeyAsync("owner", await EnsureAsync("owner", "refused"));
        var video = Convert.ToBase64String(await TestVideos.OfColoursAsync(1, "red"));

        var answer = await client.SendAsync(
            HttpMethod.Post,
            "inputs",
            $$"""{"inputs":[{"data":{{data.Replace("FILM", video, StringComparison.Ordinal)}}}]}"""
        );

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Http, answer.Code));
        Assert.Contains(words, answer.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_player_gets_the_part_it_asks_for_under_the_headers_of_all_media()
    {
        var video = await TestVideos.OfColoursAsync(1, "red");
        await UploadAsync(await portal.AppAsync("owner", "player"), video);
        using var browser = await portal.SignedInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/media/owner/player/videos/clip/original")
        {
            Headers = { Range = new RangeHeaderValue(100, 199) },
        };

        var part = await browser.SendAsync(request, Ct);
        var whole = await browser.GetAsync("/media/owner/player/videos/clip/original", Ct);

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal($"bytes 100-199/{video.Length}", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal(video[100..200], await part.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal(video, await whole.Content.ReadAsByteArrayAsync(Ct));
        foreach (var answer in (HttpResponseMessage[])[part, whole])
        {
            Assert.Equal("video/mp4", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.StartsWith(
                "sandbox",
                answer.Headers.GetValues("Content-Security-Policy").Single(),
                StringComparison.Ordinal
            );
            Assert.Contains("private", answer.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        }
        browser.DefaultRequestHeaders.IfNoneMatch.Add(whole.Headers.ETag!);
        Assert.Equal(
            HttpStatusCode.NotModified,
            (await browser.GetAsync("/media/owner/player/videos/clip/original", Ct)).StatusCode
        );
    }

    [Fact]
    public async Task A_stranger_sees_nothing_of_a_video_and_a_key_only_its_own_apps()
    {
        await UploadAsync(await portal.AppAsync("owner", "private"), await TestVideos.OfColoursAsync(1, "red"));
        using var stranger = await portal.SignedInAsync("stranger");
        using var nobody = portal.Browser();
        using var other = await portal.WithKeyAsync("owner", await portal.AppAsync("owner", "another"));

        foreach (
            var path in (string[])
                [
                    "/media/owner/private/videos/clip/original",
                    "/v2/users/owner/apps/private/videos/clip",
                    "/v2/users/owner/apps/private/videos",
                ]
        )
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path, Ct)).StatusCode);
            Assert.NotEqual(HttpStatusCode.OK, (await nobody.GetAsync(path, Ct)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync(path, Ct)).StatusCode);
        }
    }

    private async Task<App> EnsureAsync(string owner, string id)
    {
        var user = await portal.Get<UserService>().EnsureAsync(owner, Ct);
        return (await portal.Get<AppService>().ListAsync(user.Id, Ct))
                .Select(a => a.App)
                .FirstOrDefault(a => a.ExternalId == id)
            ?? await portal.AppAsync(owner, id);
    }

    private async Task UploadAsync(App app, byte[] video)
    {
        using var client = await portal.WithKeyAsync("owner", app);
        Assert.Equal(
            30001,
            Assert.Single(await client.UploadAsync(app.ExternalId, new UploadFile("clip", "clip.mp4", video))).Code
        );
    }

    private static async Task<JsonElement> SampledAsync(HttpClient client, string id)
    {
        var answer = await Wait.ForAsync(
            () => client.SendAsync(HttpMethod.Get, $"videos/{id}", null),
            a =>
                a["video"].TryGetProperty("frame_count", out var count)
                && count.ValueKind == JsonValueKind.Number
                && count.GetInt32() == a["video"].GetProperty("frames").GetArrayLength()
        );
        return answer["video"];
    }
}
