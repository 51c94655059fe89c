using System.Text.RegularExpressions;
using Portal.Core.Domain.Users;

namespace Portal.Tests.Members;

/// <summary>
/// Whoever may not see something cannot tell it from what is not there: every endpoint and page, asked with an id that
/// is somebody else's and with one of the same length that is nobody's, answers with the same status, headers and
/// words.
/// </summary>
public sealed partial class LeakTests(ForeignIdTests.TwoApps apps) : IClassFixture<ForeignIdTests.TwoApps>
{
    private const string Theirs = "theirs";
    private const string Nothing = "no-app";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Of the same length each, so that not even the length of an answer tells.</summary>
    private Dictionary<string, string> Missing =>
        apps.Ids.ToDictionary(id => id.Key, id => new string('x', id.Value.Length));

    [Fact]
    public async Task A_stranger_cannot_tell_an_app_from_none_by_any_endpoint()
    {
        using var stranger = await apps.Portal.WithKeyAsync("stranger");
        foreach (
            var name in AccessTable
                .OfApps.Keys.Select(name =>
                    name.Replace(" ", " /v2/users/{user_id}/apps/{app_id}", StringComparison.Ordinal)
                )
                .Concat(AccessTable.Apps.Keys)
        )
        {
            await SameAsync(stranger, "stranger", name, (Theirs, apps.Ids), (Nothing, apps.Ids));
        }
    }

    [Fact]
    public async Task A_stranger_cannot_tell_an_app_from_none_by_any_picture_file_or_page()
    {
        using var stranger = await apps.Portal.SignedInAsync("stranger");
        foreach (
            var name in AccessTable.Media.Keys.Concat(
                AccessTable.Pages.Keys.Select(page => $"GET /apps/{{UserId}}/{{AppId}}/{page}")
            )
        )
        {
            await SameAsync(stranger, "stranger", name, (Theirs, apps.Ids), (Nothing, apps.Ids));
        }
    }

    [Fact]
    public async Task Nobody_without_a_session_can_tell_an_app_from_none()
    {
        using var nobody = apps.Portal.Browser();
        foreach (
            var name in AccessTable
                .OfApps.Keys.Select(name =>
                    name.Replace(" ", " /v2/users/{user_id}/apps/{app_id}", StringComparison.Ordinal)
                )
                .Concat(AccessTable.Apps.Keys)
                .Concat(AccessTable.Media.Keys)
                .Concat(AccessTable.Pages.Keys.Select(page => $"GET /apps/{{UserId}}/{{AppId}}/{page}"))
        )
        {
            await SameAsync(nobody, "nobody", name, (Theirs, apps.Ids), (Nothing, apps.Ids));
        }
    }

    [Fact]
    public async Task A_stranger_cannot_tell_a_user_with_apps_from_nobody()
    {
        using var stranger = await apps.Portal.WithKeyAsync("stranger");
        Assert.Equal(
            await AnswerAsync(stranger, "GET", "/v2/users/owner/apps", null, ["owner"]),
            await AnswerAsync(stranger, "GET", "/v2/users/no-on/apps", null, ["no-on"])
        );
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Annotator)]
    [InlineData(Role.Owner)]
    public async Task A_member_cannot_tell_an_id_of_another_app_from_none_by_any_path(Role role)
    {
        using var client = await MemberAsync(role);
        foreach (
            var name in AccessTable
                .OfApps.Keys.Where(name => name.Contains('{', StringComparison.Ordinal))
                .Select(name => name.Replace(" ", " /v2/users/{user_id}/apps/{app_id}", StringComparison.Ordinal))
                .Concat(AccessTable.Media.Keys)
        )
        {
            await SameAsync(client, role.ToString(), name, ("mine", apps.Ids), ("mine", Missing));
        }
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Annotator)]
    [InlineData(Role.Owner)]
    public async Task A_member_cannot_tell_an_id_of_another_app_from_none_by_any_body(Role role)
    {
        using var client = await MemberAsync(role);
        foreach (var (foreign, missing) in ForeignIdTests.Bodies(apps.Ids).Zip(ForeignIdTests.Bodies(Missing)))
        {
            var path = foreign.Path.Length == 0 ? "/v2/users/owner/apps" : $"/v2/users/owner/apps/mine{foreign.Path}";
            var (real, none) = (
                await AnswerAsync(client, foreign.Method, path, foreign.Body, apps.Ids.Values),
                await AnswerAsync(client, missing.Method, path, missing.Body, Missing.Values)
            );
            Assert.True(
                real == none,
                $"{foreign.Method} {path} {foreign.Body} as {role}:\n{real}\nand with an id that is not there:\n{none}"
            );
        }
    }

    private static async Task SameAsync(
        HttpClient client,
        string who,
        string name,
        (string App, Dictionary<string, string> Ids) there,
        (string App, Dictionary<string, string> Ids) missing
    )
    {
        var (real, none) = (
            await AskAsync(client, name, there.App, there.Ids),
            await AskAsync(client, name, missing.App, missing.Ids)
        );
        Assert.True(real == none, $"{name} as {who}:\n{real}\nand where there is nothing:\n{none}");
    }

    private static Task<string> AskAsync(HttpClient client, string name, string app, Dictionary<string, string> ids)
    {
        var parts = name.Split(' ');
        var path = Parameter().Replace(parts[1], match => Filled(match.Groups[1].Value, app, ids));
        return AnswerAsync(client, parts[0], path, parts[0] is "GET" or "DELETE" ? null : "{}", [.. ids.Values, app]);
    }

    private static string Filled(string parameter, string app, Dictionary<string, string> ids) =>
        parameter switch
        {
            "user_id" or "UserId" => "owner",
            "app_id" or "AppId" => app,
            "rendition" => "thumb",
            "format" => "csv",
            "upload_id" => "an-upload",
            "InputId" => ids["input_id"],
            "VideoId" => ids["video_id"],
            "ModelId" => ids["model_id"],
            "WorkflowId" => ids["workflow_id"],
            "VersionId" or "WorkflowVersionId" => ids["version_id"],
            "From" or "To" => ids["dataset_id"],
            _ => ids[parameter],
        };

    /// <summary>
    /// Status, headers and body, without the ids that were asked for and what is another each time anyway.
    /// </summary>
    private static async Task<string> AnswerAsync(
        HttpClient client,
        string method,
        string path,
        string? body,
        IEnumerable<string> asked
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        using var answer = await client.SendAsync(request, Ct);
        var headers = answer
            .Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Set-Cookie"))
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        var text =
            $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{Chance().Replace(await answer.Content.ReadAsStringAsync(Ct), "")}";
        return asked
            .Distinct()
            .OrderByDescending(id => id.Length)
            .Aggregate(text, (said, id) => said.Replace(id, "…", StringComparison.Ordinal));
    }

    private async Task<HttpClient> MemberAsync(Role role)
    {
        if (role == Role.Owner)
        {
            return await apps.Portal.WithKeyAsync();
        }

        await apps.Portal.MemberAsync(apps.Mine, role.ToString(), role);
        return await apps.Portal.WithKeyAsync(role.ToString());
    }

    [GeneratedRegex(@"\{\**(\w+)\}")]
    private static partial Regex Parameter();

    // The id of a request, and what Blazor seals for its circuit.
    [GeneratedRegex(
        """
            "req_id":"[^"]*"|<!--Blazor[^>]*-->
            """
    )]
    private static partial Regex Chance();
}
