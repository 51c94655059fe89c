using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Api;

/// <summary>
/// Every endpoint there is, asked by somebody it is not for. The list comes from the running portal, so a new endpoint
/// is asked too.
/// </summary>
public sealed partial class AccessTests(AccessTests.TwoUsers users) : IClassFixture<AccessTests.TwoUsers>
{
    private const string Missing = "there-is-no-such-id";
    private readonly PortalFixture _portal = users.Portal;

    /// <summary>What an unknown id in a path is answered with, by the first such part of it.</summary>
    private static readonly Dictionary<string, int> Codes = new()
    {
        ["concept_id"] = 11101,
        ["video_id"] = 30102,
        ["input_id"] = 30102,
        ["annotation_id"] = 11101,
        ["model_id"] = 21200,
        ["workflow_id"] = 22102,
        ["job_id"] = 11101,
        ["dataset_id"] = 11101,
        ["import_id"] = 11101,
    };

    [Fact]
    public Task Without_a_key_nothing_is_answered() => EverywhereAsync(null, "me", "mine", 401, 11009);

    [Fact]
    public Task An_unknown_key_opens_nothing() =>
        EverywhereAsync("a-key-that-nobody-was-given", "me", "mine", 401, 11008);

    [Fact]
    public Task Somebody_elses_app_does_not_exist() => EverywhereAsync(_portal.Key, "stranger", "theirs", 404, 11101);

    [Fact]
    public Task Ones_own_app_under_somebody_elses_name_does_not_exist() =>
        EverywhereAsync(_portal.Key, "stranger", "mine", 404, 11101);

    [Fact]
    public Task An_app_that_is_not_there_does_not_exist() =>
        EverywhereAsync(_portal.Key, "me", Missing, 404, 11101, ofAppsOnly: true);

    [Fact]
    public async Task A_key_of_one_app_opens_no_other()
    {
        var key = await _portal.KeyOfAsync(PortalFixture.OwnerId, await AppKeyAsync("mine"));
        await EverywhereAsync(key, "me", "other", 403, 11007, ofAppsOnly: true);
        using var client = _portal.ClientWith(key);
        Assert.Equal(
            11007,
            (await client.SendAsync(HttpMethod.Post, "users/me/apps", """{"apps":[{"id":"third"}]}""")).Code
        );
        Assert.Equal(
            11007,
            (await client.SendAsync(HttpMethod.Patch, "users/me/apps", """{"apps":[{"id":"other","name":"x"}]}""")).Code
        );
        var listed = await client.SendAsync(HttpMethod.Get, "users/me/apps", null).OkAsync();
        Assert.Equal(["mine"], listed["apps"].EnumerateArray().Select(app => app.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_key_of_one_app_has_the_short_paths()
    {
        using var client = _portal.ClientWith(
            await _portal.KeyOfAsync(PortalFixture.OwnerId, await AppKeyAsync("mine"))
        );
        await client.SendAsync(HttpMethod.Post, "concepts", """{"concepts":[{"id":"walker"}]}""").OkAsync();
        Assert.Equal(
            "walker",
            (await _portal.GetAsync("users/me/apps/mine/concepts/walker").OkAsync())["concept"]
                .GetProperty("id")
                .GetString()
        );
        Assert.Equal(
            "walker",
            (await client.SendAsync(HttpMethod.Get, "users/me/apps/mine/concepts/walker", null).OkAsync())["concept"]
                .GetProperty("id")
                .GetString()
        );
    }

    [Fact]
    public async Task Every_unknown_id_in_a_path_is_answered_with_its_nouns_code()
    {
        var asked = 0;
        foreach (var (method, pattern) in Endpoints())
        {
            var parameters = PathParameter()
                .Matches(pattern)
                .Select(match => match.Groups[1].Value)
                .Where(name => name is not ("user_id" or "app_id"))
                .ToList();
            // The id of an upload is its sender's choice: there is none that is not there.
            if (parameters.Count == 0 || parameters.Contains("upload_id"))
            {
                continue;
            }

            var answer = await _portal.Client.SendAsync(
                new HttpMethod(method),
                Path(pattern, "me", "mine"),
                Body(method)
            );
            // An annotation is looked for in the app before it is compared with its input.
            var expected = Codes[parameters.Contains("annotation_id") ? "annotation_id" : parameters[0]];
            Assert.True(
                (int)answer.Http == 404 && answer.Code == expected,
                $"{method} {pattern}: HTTP {(int)answer.Http} {answer.Body}"
            );
            asked++;
        }
        Assert.InRange(asked, 20, 100);
    }

    [Fact]
    public async Task The_description_of_the_api_and_the_probes_are_open()
    {
        using var client = _portal.ClientWith(null);
        var description = await client.GetStringAsync("/openapi/v2.json", TestContext.Current.CancellationToken);
        Assert.Contains("/v2/users/{user_id}/apps/{app_id}/inputs", description, StringComparison.Ordinal);
        Assert.Equal("ready", await client.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
        Assert.Equal("ok", await client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
    }

    private async Task EverywhereAsync(
        string? key,
        string user,
        string app,
        int http,
        int code,
        bool ofAppsOnly = false
    )
    {
        using var client = _portal.ClientWith(key);
        var asked = 0;
        foreach (
            var (method, pattern) in Endpoints()
                .Where(e => !ofAppsOnly || e.Pattern.Contains("{app_id}", StringComparison.Ordinal))
        )
        {
            var answer = await client.SendAsync(new HttpMethod(method), Path(pattern, user, app), Body(method));
            Assert.True(
                (int)answer.Http == http && answer.Code == code,
                $"{method} {pattern}: HTTP {(int)answer.Http} {answer.Body}"
            );
            asked++;
        }
        Assert.InRange(asked, 40, 200);
    }

    /// <summary>The endpoints under the full paths; the short ones are the same.</summary>
    private List<(string Method, string Pattern)> Endpoints() =>
        [
            .. _portal
                .Get<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(e => e.RoutePattern.RawText!.StartsWith("/v2/users/", StringComparison.Ordinal))
                .SelectMany(e =>
                    e.Metadata.GetMetadata<HttpMethodMetadata>()!
                        .HttpMethods.Select(method => (method, e.RoutePattern.RawText!["/v2/".Length..]))
                ),
        ];

    private static string Path(string pattern, string user, string app) =>
        PathParameter()
            .Replace(
                pattern,
                match =>
                    match.Groups[1].Value switch
                    {
                        "user_id" => user,
                        "app_id" => app,
                        _ => Missing,
                    }
            );

    private static string? Body(string method) => method is "GET" or "DELETE" ? null : "{}";

    private async Task<long> AppKeyAsync(string id)
    {
        var owner = await _portal.Get<UserService>().GetAsync(PortalFixture.OwnerId, default);
        return (await _portal.Get<AppService>().OpenAsync(owner.Id, PortalFixture.OwnerId, id, default)).App.Id;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();

    public sealed class TwoUsers : IAsyncLifetime
    {
        public PortalFixture Portal { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Portal = await PortalFixture.StartAsync();
            await Portal.PostAsync("users/me/apps", """{"apps":[{"id":"mine"},{"id":"other"}]}""").OkAsync();
            var stranger = await Portal.Get<UserService>().EnsureAsync("stranger", default);
            await Portal.Get<AppService>().CreateAsync(stranger.Id, "theirs", null, null, default);
        }

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
