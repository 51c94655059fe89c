using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Tests.Support;

namespace Portal.Tests.Members;

/// <summary>
/// Every endpoint and page the running portal has, asked by somebody of every kind. One that is not in the table fails.
/// </summary>
public sealed partial class EndpointAccessTests(EndpointAccessTests.Team team) : IClassFixture<EndpointAccessTests.Team>
{
    private const string AppPath = "/v2/users/{user_id}/apps/{app_id}";
    private const string PagePath = "/apps/{UserId}/{AppId}/";
    private static readonly HttpStatusCode[] ToSignIn = [HttpStatusCode.Unauthorized, HttpStatusCode.Redirect];
    private static readonly Role[] Roles = Enum.GetValues<Role>();

    [Fact]
    public void Every_endpoint_is_in_the_table_and_the_table_holds_nothing_else()
    {
        var expected = AccessTable
            .OfApps.SelectMany(e =>
                new[]
                {
                    e.Key.Replace(" ", " " + AppPath, StringComparison.Ordinal),
                    e.Key.Replace(" ", " /v2", StringComparison.Ordinal),
                }
            )
            .Concat(AccessTable.Apps.Keys)
            .Concat(AccessTable.Media.Keys)
            .Concat(AccessTable.Pages.Keys.Select(page => "GET " + PagePath + page))
            .Concat(AccessTable.Others.Keys);

        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            Endpoints().Select(e => e.Name).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void What_is_open_to_everybody_is_open_and_nothing_else()
    {
        foreach (var (name, endpoint) in Endpoints())
        {
            var isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            Assert.True(
                isOpen == (AccessTable.Others.TryGetValue(name, out var audience) && audience == Audience.Everybody),
                name
            );
        }
    }

    [Fact]
    public void The_short_paths_declare_the_same_as_the_full_ones()
    {
        var declared = Endpoints()
            .ToDictionary(e => e.Name, e => e.Endpoint.Metadata.GetMetadata<NeedsAttribute>()?.Permission);
        foreach (var name in AccessTable.OfApps.Keys)
        {
            Assert.Equal(
                declared[name.Replace(" ", " " + AppPath, StringComparison.Ordinal)],
                declared[name.Replace(" ", " /v2", StringComparison.Ordinal)]
            );
        }
    }

    [Fact]
    public async Task Endpoints_of_an_app_answer_by_role()
    {
        var endpoints = AccessTable
            .OfApps.ToDictionary(e => e.Key.Replace(" ", " " + AppPath, StringComparison.Ordinal), e => e.Value)
            .Concat(AccessTable.Apps)
            // Last, the endpoint that ends the app.
            .OrderBy(e => e.Key == "DELETE " + AppPath);
        foreach (var (name, least) in endpoints)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(team.Anonymous, name)).StatusCode);
            await LooksLikeNothingAsync(team.Outsider, name);
            foreach (var role in Roles)
            {
                using var answer = await AskAsync(team.Keys[role], name);
                var text = await answer.Content.ReadAsStringAsync(Ct);
                if (role >= least)
                {
                    Assert.True(
                        answer.StatusCode
                            is not (
                                HttpStatusCode.Unauthorized
                                or HttpStatusCode.Forbidden
                                or HttpStatusCode.InternalServerError
                            ),
                        $"{name} as {role}: {text}"
                    );
                    continue;
                }
                Assert.True(
                    answer.StatusCode == HttpStatusCode.Forbidden,
                    $"{name} as {role}: HTTP {(int)answer.StatusCode} {text}"
                );
                var status = JsonNode.Parse(text)!["status"]!;
                Assert.Equal(11007, (int)status["code"]!);
                Assert.Contains(
                    $"role in this app is {role.ToString().ToLowerInvariant()}",
                    (string)status["details"]!,
                    StringComparison.Ordinal
                );
                Assert.Contains(
                    $"the role {least.ToString().ToLowerInvariant()}",
                    (string)status["details"]!,
                    StringComparison.Ordinal
                );
            }
        }
        await team.Portal.Get<AppService>().RestoreAsync(team.App.Id, Ct);
    }

    [Fact]
    public async Task Pictures_and_files_answer_by_role()
    {
        foreach (var (name, least) in AccessTable.Media)
        {
            Assert.Contains((await AskAsync(team.Anonymous, name)).StatusCode, ToSignIn);
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(team.OutsidersBrowser, name)).StatusCode);
            foreach (var role in Roles)
            {
                Assert.True(
                    ((await AskAsync(team.Browsers[role], name)).StatusCode == HttpStatusCode.Forbidden)
                        == (role < least),
                    $"{name} as {role}"
                );
            }
        }
    }

    [Fact]
    public async Task Pages_answer_by_role()
    {
        foreach (var (page, least) in AccessTable.Pages)
        {
            var name = "GET " + PagePath + page;
            var anonymous = await AskAsync(team.Anonymous, name);
            Assert.Equal(HttpStatusCode.Redirect, anonymous.StatusCode);
            Assert.StartsWith("/sign-in", anonymous.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(team.OutsidersBrowser, name)).StatusCode);
            foreach (var role in Roles)
            {
                var status = (await AskAsync(team.Browsers[role], name)).StatusCode;
                Assert.True(
                    status == (role >= least ? HttpStatusCode.OK : HttpStatusCode.Forbidden),
                    $"{page} as {role}: {status}"
                );
            }
        }
    }

    [Fact]
    public async Task What_is_about_no_app_answers_by_audience()
    {
        foreach (var (name, audience) in AccessTable.Others.Where(e => e.Value != Audience.Everybody))
        {
            var isApi = name.Contains(" /v2", StringComparison.Ordinal);
            Assert.Contains((await AskAsync(team.Anonymous, name)).StatusCode, ToSignIn);
            // Signing out is guarded against other sites, which answers 403 as well.
            if (name == "POST /sign-out")
            {
                continue;
            }

            var (manager, owner) = isApi
                ? (team.Keys[Role.Manager], team.Keys[Role.Owner])
                : (team.Browsers[Role.Manager], team.Browsers[Role.Owner]);
            Assert.True(
                (await AskAsync(manager, name)).StatusCode
                    == HttpStatusCode.Forbidden
                    == (audience == Audience.SiteOwner),
                name
            );
            Assert.True((await AskAsync(owner, name)).StatusCode != HttpStatusCode.Forbidden, name);
        }
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// An app of others answers a stranger as one that is not there: the same status, and the same words but for the
    /// ids.
    /// </summary>
    private async Task LooksLikeNothingAsync(HttpClient client, string name)
    {
        using var real = await AskAsync(client, name);
        using var missing = await AskAsync(client, name, app: "nope");
        Assert.Equal(HttpStatusCode.NotFound, real.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal(await WordsAsync(missing, "nope"), await WordsAsync(real, Team.AppId));
    }

    private static async Task<string> WordsAsync(HttpResponseMessage answer, string appId)
    {
        var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["status"]!.AsObject();
        status.Remove("req_id");
        return status.ToJsonString().Replace(appId, "…", StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, string name, string app = Team.AppId)
    {
        var parts = name.Split(' ');
        var path = Parameter()
            .Replace(
                parts[1],
                match =>
                    match.Groups[1].Value switch
                    {
                        "user_id" or "UserId" => "owner",
                        "app_id" or "AppId" => app,
                        "documentName" => "v2",
                        "rendition" => "thumb",
                        "format" => "csv",
                        _ => "no-such-id",
                    }
            );
        var request = new HttpRequestMessage(parts[0] == "ANY" ? HttpMethod.Get : new HttpMethod(parts[0]), path);
        if (request.Method != HttpMethod.Get)
        {
            request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        }

        return client.SendAsync(request, Ct);
    }

    private IEnumerable<NamedEndpoint> Endpoints() => EndpointList.Of(team.Portal.Get<EndpointDataSource>());

    [GeneratedRegex(@"\{\**(\w+)\}")]
    private static partial Regex Parameter();

    /// <summary>An app with a member of every role, each with a browser and a key.</summary>
    public sealed class Team : IAsyncLifetime
    {
        public const string AppId = "park";

        public PortalApp Portal { get; } = new();
        public App App { get; private set; } = null!;
        public HttpClient Anonymous { get; private set; } = null!;
        public HttpClient Outsider { get; private set; } = null!;
        public HttpClient OutsidersBrowser { get; private set; } = null!;
        public Dictionary<Role, HttpClient> Keys { get; } = [];
        public Dictionary<Role, HttpClient> Browsers { get; } = [];

        public async ValueTask InitializeAsync()
        {
            App = await Portal.AppAsync("owner", AppId);
            Anonymous = Portal.Browser();
            Outsider = await Portal.WithKeyAsync("outsider");
            OutsidersBrowser = await Portal.SignedInAsync("outsider");
            foreach (var role in Roles)
            {
                var userId = role == Role.Owner ? "owner" : role.ToString();
                if (role < Role.Owner)
                {
                    await Portal.MemberAsync(App, userId, role);
                }

                Keys[role] = await Portal.WithKeyAsync(userId);
                Browsers[role] = await Portal.SignedInAsync(userId);
            }
        }

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
