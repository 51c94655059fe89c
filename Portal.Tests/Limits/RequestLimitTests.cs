using System.Net;
using System.Text;
using Portal.Core.Domain.Errors;
using Portal.Tests.Support;

namespace Portal.Tests.Limits;

public sealed class RequestLimitTests
{
    [Fact]
    public async Task A_user_who_asks_too_often_is_told_to_wait_and_others_are_not()
    {
        await using var portal = await PortalFixture.StartAsync(
            ("Limits:ApiBurst", "5"),
            ("Limits:ApiRequestsPerMinute", "12")
        );
        using var other = portal.ClientWith(await portal.KeyOfAsync("other"));
        for (var i = 0; i < 5; i++)
        {
            await portal.GetAsync("users/me/apps").OkAsync();
        }

        using var refused = await Wait.ForAsync(
            () => portal.Client.GetAsync("/v2/users/me/apps", TestContext.Current.CancellationToken),
            answer => answer.StatusCode != HttpStatusCode.OK
        );

        var answer = await ApiClient.ReadAsync(refused);
        Assert.Equal((HttpStatusCode.TooManyRequests, (int)StatusCode.TooManyRequests), (answer.Http, answer.Code));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        await other.SendAsync(HttpMethod.Get, "users/me/apps", null).OkAsync();
        await Wait.ForAsync(() => portal.GetAsync("users/me/apps"), again => again.Http == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Pages_and_pictures_are_not_counted()
    {
        await using var portal = await PortalFixture.StartAsync(
            ("Limits:ApiBurst", "2"),
            ("Limits:ApiRequestsPerMinute", "1")
        );
        using var browser = await portal.BrowserAsync();

        for (var i = 0; i < 20; i++)
        {
            Assert.True(await browser.IsSignedInAsync());
            using var picture = await browser.GetAsync(
                "/media/owner/park/none/thumb",
                TestContext.Current.CancellationToken
            );
            Assert.Equal(HttpStatusCode.NotFound, picture.StatusCode);
        }

        await portal.GetAsync("users/me/apps").OkAsync();
    }

    /// <summary>Somebody who is not signed in is counted whatever they ask: uploads are no way to try keys.</summary>
    [Fact]
    public async Task Uploads_are_not_counted_for_users()
    {
        await using var portal = await PortalFixture.StartAsync(
            ("Limits:ApiBurst", "2"),
            ("Limits:ApiRequestsPerMinute", "1")
        );
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"park"}]}""").OkAsync();
        using var stranger = portal.ClientWith("no-key");

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await UploadAsync(portal.Client, i));
        }

        await portal.GetAsync("users/me/apps/park").OkAsync();

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests],
            [await UploadAsync(stranger, 0), await UploadAsync(stranger, 0), await UploadAsync(stranger, 0)]
        );

        static async Task<HttpStatusCode> UploadAsync(HttpClient client, int seed)
        {
            using var form = new MultipartFormDataContent
            {
                { new ByteArrayContent(Pictures.Any(seed)), "file", "a.png" },
            };
            using var answer = await client.PostAsync(
                "/v2/users/owner/apps/park/inputs/upload",
                form,
                TestContext.Current.CancellationToken
            );
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Trying_to_sign_in_too_often_is_refused_for_that_user_and_then_for_that_address()
    {
        await using var portal = await PortalFixture.StartAsync(
            ("Limits:SignInTriesPerMinute", "2"),
            ("Limits:SignInTriesPerAddressPerMinute", "5")
        );
        await portal.WithPasswordAsync("ada", "correct horse battery");
        using var browser = portal.NewBrowser();
        var answers = new List<HttpStatusCode>();

        foreach (var userId in (string[])["ada", "ada", "ADA", "bob", "cleo", "dora"])
        {
            using var answer = await browser.PasswordAsync(userId, "wrong horse battery");
            answers.Add(answer.StatusCode);
        }

        Assert.Equal(
            [
                HttpStatusCode.Unauthorized,
                HttpStatusCode.Unauthorized,
                HttpStatusCode.TooManyRequests,
                HttpStatusCode.Unauthorized,
                HttpStatusCode.Unauthorized,
                HttpStatusCode.TooManyRequests,
            ],
            answers
        );
    }

    [Fact]
    public async Task Uploads_at_once_are_bounded_per_user()
    {
        await using var portal = await PortalFixture.StartAsync(("Limits:UploadsAtOnce", "1"));
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"park"}]}""").OkAsync();
        using var other = portal.ClientWith(await portal.KeyOfAsync("other"));
        using var body = new HeldContent();
        using var patient = new HttpClient(
            new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }
        )
        {
            BaseAddress = portal.BaseAddress,
        };
        patient.DefaultRequestHeaders.Authorization = portal.Client.DefaultRequestHeaders.Authorization;
        var first = patient.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/v2/users/me/apps/park/imports")
            {
                Content = body,
                Headers = { ExpectContinue = true },
            },
            TestContext.Current.CancellationToken
        );
        // Its body is asked for once it has been let in, so no other can be before it.
        await body.Begun;

        var second = await portal.PostAsync("users/me/apps/park/imports", "again");
        var others = await other.SendAsync(HttpMethod.Post, "users/me/apps/park/imports", "mine");
        body.Finish();

        Assert.Equal((HttpStatusCode.TooManyRequests, (int)StatusCode.TooManyRequests), (second.Http, second.Code));
        Assert.Equal(HttpStatusCode.NotFound, others.Http);
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    [Fact]
    public async Task A_quota_is_said_when_it_is_reached_and_counts_over_all_apps_and_restarts()
    {
        await using var portal = await PortalFixture.StartAsync(("Quota:MaxInputs", "2"));
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"park"},{"id":"street"}]}""").OkAsync();
        await AddAsync(portal, "park", 1).OkAsync();
        await portal.RestartAsync();
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (
                await portal.PostAsync(
                    "users/me/apps/park/inputs",
                    """{"inputs":[{"data":{"image":{"base64":"bm8gcGljdHVyZQ=="}}}]}"""
                )
            ).Http
        );
        await AddAsync(portal, "street", 2).OkAsync();

        var over = await AddAsync(portal, "park", 3);

        Assert.Equal((int)StatusCode.InputOverLimit, over.Code);
        Assert.Contains("Quota:MaxInputs", over.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_have_a_quota_too()
    {
        await using var portal = await PortalFixture.StartAsync(("Quota:MaxBytes", "100"));
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"park"}]}""").OkAsync();

        var over = await AddAsync(portal, "park", 1);

        Assert.Equal((int)StatusCode.InputOverLimit, over.Code);
        Assert.Contains("Quota:MaxBytes", over.Details, StringComparison.Ordinal);
        Assert.Empty((await portal.GetAsync("users/me/apps/park/inputs").OkAsync())["inputs"].EnumerateArray());
    }

    private static Task<ApiAnswer> AddAsync(PortalFixture portal, string app, int seed) =>
        portal.PostAsync(
            $"users/me/apps/{app}/inputs",
            new { inputs = new[] { new { data = new { image = new { base64 = Pictures.Any(seed) } } } } }
        );

    /// <summary>A body that begins and ends when it is told to.</summary>
    private sealed class HeldContent : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void Finish() => _finished.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            // A body that stands still is cut off, so this one goes on a little all the time.
            do
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(new string('x', 1000)));
                await stream.FlushAsync();
                _begun.TrySetResult();
            } while (await Task.WhenAny(_finished.Task, Task.Delay(200)) != _finished.Task);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
