using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Audit;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Audit;

public sealed class AuditLogTests(SharedPortal shared) : IClassFixture<SharedPortal>
{
    private const string Password = "correct horse battery";
    private readonly PortalFixture _portal = shared.Portal;
    private readonly string _app = SharedPortal.NewApp();

    private string AppId => _app.Split('/')[^1];

    [Fact]
    public async Task What_is_changed_over_the_api_is_told_with_who_did_it_and_by_which_key()
    {
        await MakeAppAsync();
        await _portal.PostAsync($"{_app}/concepts", """{"concepts":[{"id":"runner"},{"id":"walker"}]}""").OkAsync();
        await _portal
            .PatchAsync($"{_app}/concepts", """{"action":"overwrite","concepts":[{"id":"runner","name":"Jogger"}]}""")
            .OkAsync();
        await _portal
            .PostAsync(
                $"{_app}/models",
                """{"model":{"id":"people","output_info":{"data":{"concepts":[{"id":"runner"},{"id":"walker"}]}}}}"""
            )
            .OkAsync();
        await _portal.PostAsync($"{_app}/models/people/versions", null).OkAsync();
        await _portal
            .PostAsync(
                $"{_app}/models",
                """{"model":{"id":"high","model_type_id":"concept-thresholder","output_info":{"data":{"concepts":[{"id":"runner","value":0.8}]},"params":{"concept_threshold_type":"GREATER_THAN"}}}}"""
            )
            .OkAsync();
        await _portal
            .PatchAsync(
                $"{_app}/models",
                """{"action":"merge","models":[{"id":"high","output_info":{"data":{"concepts":[{"id":"runner","value":0.9}]}}}]}"""
            )
            .OkAsync();
        await _portal.DeleteAsync($"{_app}/concepts/walker").OkAsync();
        await _portal.DeleteAsync($"{_app}/models/people").OkAsync();

        var entries = await EntriesAsync();

        Assert.Equal(
            [
                ("app_made", AppId),
                ("concept_made", "runner"),
                ("concept_made", "walker"),
                ("concept_changed", "runner"),
                ("model_made", "people"),
                ("model_version_made", "people"),
                ("model_made", "high"),
                ("model_version_made", "high"),
                ("concept_deleted", "walker"),
                ("model_deleted", "people"),
            ],
            entries.Reverse().Select(e => (Get(e, "kind"), Get(e, "subject")))
        );
        var renamed = entries.Single(e => Get(e, "kind") == "concept_changed");
        Assert.Equal(("name", "runner", "Jogger"), (Get(renamed, "field"), Get(renamed, "from"), Get(renamed, "to")));
        Assert.All(
            entries,
            e => Assert.Equal(("owner", "owner (from configuration)"), (Get(e, "user_id"), Get(e, "key")))
        );
    }

    [Fact]
    public async Task A_change_that_is_refused_leaves_no_entry()
    {
        await MakeAppAsync();
        await _portal.PostAsync($"{_app}/concepts", """{"concepts":[{"id":"runner"}]}""").OkAsync();

        var refused = await _portal.PostAsync($"{_app}/concepts", """{"concepts":[{"id":"walker"},{"id":"runner"}]}""");

        Assert.Equal(HttpStatusCode.Conflict, refused.Http);
        Assert.Equal(["runner"], (await EntriesAsync("group=concepts")).Select(e => Get(e, "subject")));
    }

    [Fact]
    public async Task The_list_is_paged_and_filtered_by_person_and_by_what_it_is_about()
    {
        await MakeAppAsync();
        for (var i = 0; i < 5; i++)
        {
            await _portal.PostAsync($"{_app}/concepts", $$"""{"concepts":[{"id":"c{{i}}"}]}""").OkAsync();
        }

        var first = await _portal.GetAsync($"{_app}/audit?group=concepts&per_page=3").OkAsync();
        var second = await _portal
            .GetAsync($"{_app}/audit?group=concepts&per_page=3&page_token={first["next_page_token"].GetString()}")
            .OkAsync();
        var nobody = await EntriesAsync("user_id=stranger");
        var unknown = await _portal.GetAsync($"{_app}/audit?group=7");

        Assert.Equal(
            ["c4", "c3", "c2", "c1", "c0"],
            first["entries"].EnumerateArray().Concat(second["entries"].EnumerateArray()).Select(e => Get(e, "subject"))
        );
        Assert.False(second.Body.TryGetProperty("next_page_token", out _));
        Assert.Empty(nobody);
        Assert.Equal((int)StatusCode.InvalidRequest, unknown.Code);
    }

    [Fact]
    public async Task Signing_in_and_failing_to_is_told_to_the_portals_owner_alone()
    {
        await _portal.WithPasswordAsync("ada", Password);
        using var ada = _portal.NewBrowser();
        for (var i = 0; i < 5; i++)
        {
            (await ada.PasswordAsync("ada", "wrong horse battery")).Dispose();
        }

        (await ada.PasswordAsync("no-such-user", Password)).Dispose();
        using var owner = await _portal.BrowserAsync();
        using var other = _portal.NewBrowser();
        await _portal.WithPasswordAsync("bob", Password);
        (await other.PasswordAsync("bob", Password)).Dispose();

        var lines = (await owner.GetStringAsync("/media/activity.jsonl", TestContext.Current.CancellationToken))
            .TrimEnd()
            .Split('\n')
            .Select(l => JsonDocument.Parse(l).RootElement)
            .ToList();
        using var refused = await other.GetAsync("/media/activity.jsonl", TestContext.Current.CancellationToken);

        Assert.Equal(
            5,
            lines.Count(l =>
                Get(l, "kind") == "sign_in_failed" && Get(l, "user_id") == "ada" && Get(l, "to") == "127.0.0.1"
            )
        );
        Assert.Single(lines, l => Get(l, "kind") == "account_locked" && Get(l, "user_id") == "ada");
        Assert.Contains(lines, l => Get(l, "kind") == "sign_in_failed" && Get(l, "user_id") is null);
        Assert.Contains(
            lines,
            l => Get(l, "kind") == "signed_in" && Get(l, "user_id") == "bob" && Get(l, "field") == "password"
        );
        Assert.Contains(lines, l => Get(l, "kind") == "password_set" && Get(l, "user_id") == "ada");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task A_made_and_a_revoked_key_are_told()
    {
        var user = await _portal.Get<UserService>().EnsureAsync("keeper", default);
        var access = _portal.Get<AccessService>();
        var (row, _) = await access.CreateKeyAsync(user.Id, null, "nightly", null, default);
        await access.RevokeKeyAsync(user.Id, row.Id, default);

        var lines = await _portal.Get<AuditLog>().ListAsync(new AuditFilter(null, "KEEPER"), null, 0, 10, default);

        Assert.Equal(
            [(AuditKind.KeyRevoked, "nightly"), (AuditKind.KeyMade, "nightly")],
            lines.Select(l => (l.Kind, l.Subject))
        );
    }

    [Fact]
    public async Task A_key_that_a_manager_revoked_is_told_with_whose_it_was()
    {
        await MakeAppAsync();
        var (app, owner) = await AppAndOwnerAsync();
        var maker = await MemberAsync(app.Id, owner.Id, "maker", Role.Viewer);
        var access = _portal.Get<AccessService>();
        var (row, _) = await access.CreateKeyAsync(maker.Id, app.Id, "nightly", null, default);

        Actor.Enter(new Actor(owner.Id));
        await access.RevokeKeyOfAppAsync(app.Id, owner.Id, row.Id, default);

        var line = (await EntriesAsync("group=keys"))[0];
        Assert.Equal(
            ("key_revoked", "nightly", "owner", "of maker"),
            (Get(line, "kind"), Get(line, "subject"), Get(line, "user_id"), Get(line, "to"))
        );
    }

    [Fact]
    public async Task An_invitation_that_is_withdrawn_or_spent_is_told()
    {
        await MakeAppAsync();
        var (app, owner) = await AppAndOwnerAsync();
        var invitations = _portal.Get<InvitationService>();
        await MemberAsync(app.Id, owner.Id, "joiner", Role.Reviewer);
        var token = await invitations.CreateAsync(app.Id, owner.Id, Role.Viewer, TimeSpan.FromDays(1), default);
        await invitations.JoinAsNewAsync(token, $"new-{AppId}", default);
        await invitations.CreateAsync(app.Id, owner.Id, Role.Manager, TimeSpan.FromDays(1), default);
        await invitations.WithdrawAsync(
            app.Id,
            Assert.Single(await invitations.ListAsync(app.Id, default)).Id,
            default
        );

        var ends = (await EntriesAsync("group=members"))
            .Where(e => Get(e, "kind") is "invitation_spent" or "invitation_withdrawn")
            .Select(e => (Get(e, "kind"), Get(e, "user_id"), Get(e, "to")))
            .Reverse();

        Assert.Equal(
            [
                ("invitation_spent", "joiner", "reviewer"),
                ("invitation_spent", $"new-{AppId}", "viewer"),
                ("invitation_withdrawn", (string?)null, "manager"),
            ],
            ends
        );
    }

    [Fact]
    public async Task A_spreadsheet_finds_no_formula_in_the_file()
    {
        await MakeAppAsync();
        await _portal
            .PostAsync($"{_app}/concepts", """{"concepts":[{"id":"runner","name":"=HYPERLINK(1)"}]}""")
            .OkAsync();
        await _portal
            .PatchAsync($"{_app}/concepts", """{"action":"overwrite","concepts":[{"id":"runner","name":"@SUM(1)"}]}""")
            .OkAsync();
        using var browser = await _portal.BrowserAsync();

        using var answer = await browser.GetAsync(
            $"/media/owner/{AppId}/activity.csv",
            TestContext.Current.CancellationToken
        );

        var csv = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("name,'=HYPERLINK(1),'@SUM(1)", csv, StringComparison.Ordinal);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.StartsWith(
            "sandbox;",
            answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("UPDATE AuditEntries SET Subject = 'x'")]
    [InlineData("DELETE FROM AuditEntries")]
    public async Task The_database_refuses_to_change_the_log(string statement)
    {
        await MakeAppAsync();
        await using var db = await _portal
            .Get<IDbContextFactory<PortalDbContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<SqliteException>(() =>
            db.Database.ExecuteSqlRawAsync(statement, TestContext.Current.CancellationToken)
        );

        Assert.NotEmpty(await EntriesAsync());
    }

    private async Task<(App App, PortalUser Owner)> AppAndOwnerAsync()
    {
        var owner = await _portal.Get<UserService>().GetAsync("owner", default);
        return ((await _portal.Get<AppService>().OpenAsync(owner.Id, "owner", AppId, default)).App, owner);
    }

    private async Task<PortalUser> MemberAsync(long appId, long ownerId, string userId, Role role)
    {
        var user = await _portal.Get<UserService>().EnsureAsync(userId, default);
        var invitations = _portal.Get<InvitationService>();
        await invitations.JoinAsync(
            await invitations.CreateAsync(appId, ownerId, role, TimeSpan.FromDays(1), default),
            user.Id,
            default
        );
        return user;
    }

    private Task<ApiAnswer> MakeAppAsync() =>
        _portal.PostAsync("users/me/apps", $$"""{"apps":[{"id":"{{AppId}}"}]}""").OkAsync();

    private async Task<JsonElement[]> EntriesAsync(string query = "") =>
        [.. (await _portal.GetAsync($"{_app}/audit?{query}").OkAsync())["entries"].EnumerateArray()];

    private static string? Get(JsonElement entry, string property) =>
        entry.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
