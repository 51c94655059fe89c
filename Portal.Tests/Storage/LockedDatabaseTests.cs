using System.Net;
using Microsoft.Data.Sqlite;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Tests.Support;

namespace Portal.Tests.Storage;

public sealed class LockedDatabaseTests
{
    [Fact]
    public async Task A_database_that_another_program_holds_for_too_long_is_answered_with_try_again_and_nothing_is_lost()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.PostAsync("users/owner/apps", new { apps = new[] { new { id = "park" } } }).OkAsync();
        const string App = "users/owner/apps/park";
        await portal.PostAsync($"{App}/concepts", new { concepts = new[] { new { id = "runner" } } }).OkAsync();
        var first = await portal.Client.UploadAsync("park", Picture(1));
        Assert.Equal((int)StatusCode.InputPending, first[0].Code);
        await using var other = new SqliteConnection(
            $"Data Source={new StorageOptions { Root = portal.Root }.DatabasePath};Pooling=False"
        );
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(other, "BEGIN IMMEDIATE");

        // Longer than the portal waits, which is half a minute.
        var upload = portal.Client.UploadAsync("park", Picture(2));
        var decision = DecideAsync(portal, App);
        var (refused, answer) = ((await upload)[0], await decision);
        await ExecuteAsync(other, "ROLLBACK");

        Assert.Equal((int)StatusCode.TryAgain, refused.Code);
        Assert.Contains("held by another program", refused.Details, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, (int)StatusCode.TryAgain), (answer.Http, answer.Code));
        await DecideAsync(portal, App).OkAsync();
        Assert.Equal((int)StatusCode.InputPending, (await portal.Client.UploadAsync("park", Picture(2)))[0].Code);
        Assert.Equal((2, 0, 0), await portal.Client.WorkedOffAsync("park"));
    }

    private static Task<ApiAnswer> DecideAsync(PortalFixture portal, string app) =>
        portal.PostAsync(
            $"{app}/decisions",
            """{"decisions":[{"client_id":"one","input_id":"picture-1","concept_id":"runner","value":1}]}"""
        );

    private static UploadFile Picture(int seed) => new($"picture-{seed}", $"{seed}.png", Pictures.Any(seed));

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
