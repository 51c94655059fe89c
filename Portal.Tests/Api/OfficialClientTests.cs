using System.Diagnostics;
using System.Text.Json;
using Portal.Tests.Support;

namespace Portal.Tests.Api;

/// <summary>
/// The official JavaScript client runs the tutorial against the portal; only its endpoint is changed.
/// </summary>
public sealed class OfficialClientTests
{
    [Fact]
    public async Task The_official_client_labels_trains_and_predicts()
    {
        var script = Path.Combine(SharedData.RepositoryRoot, "Portal.Tests", "Api", "clarifai-client.mjs");
        if (!Directory.Exists(Path.Combine(SharedData.RepositoryRoot, "node_modules", "clarifai")))
        {
            Assert.Skip("The client is not installed; run npm ci.");
        }

        await using var portal = await PortalFixture.StartAsync();
        await portal.PostAsync("users/me/apps", new { apps = new[] { new { id = "shapes" } } }).OkAsync();
        var pictures = Path.Combine(portal.Root, "pictures.json");
        await File.WriteAllTextAsync(
            pictures,
            JsonSerializer.Serialize(
                new
                {
                    red = Enumerable.Range(0, 6).Select(i => Drawings.Base64(Drawings.Red(i))),
                    blue = Enumerable.Range(0, 6).Select(i => Drawings.Base64(Drawings.Blue(i))),
                }
            ),
            TestContext.Current.CancellationToken
        );

        var seen = await NodeAsync(
            script,
            portal.BaseAddress.ToString().TrimEnd('/'),
            portal.Key,
            PortalFixture.OwnerId,
            "shapes",
            pictures
        );

        Assert.Equal(["red", "blue"], seen.GetProperty("concepts").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal(12, seen.GetProperty("created").GetInt32());
        Assert.Matches("^[0-9a-f]{32}$", seen.GetProperty("madeId").GetString());
        Assert.Equal(
            [("red", 1.0), ("blue", 0.0)],
            seen.GetProperty("firstConcepts").EnumerateArray().Select(Scored).OrderByDescending(c => c.Value)
        );
        Assert.StartsWith(
            portal.BaseAddress.ToString(),
            seen.GetProperty("firstUrl").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal("red", seen.GetProperty("firstMetadata").GetProperty("kind").GetString());
        Assert.Equal(3, seen.GetProperty("listed").GetInt32());
        Assert.Equal("embedding-classifier", seen.GetProperty("modelType").GetString());
        Assert.Equal(21100, seen.GetProperty("trainedStatus").GetInt32());
        Assert.Equal(
            ["red", "blue"],
            seen.GetProperty("predicted").EnumerateArray().Select(concepts => Scored(concepts[0]).Id)
        );
        Assert.All(
            seen.GetProperty("predicted").EnumerateArray(),
            concepts => Assert.InRange(Scored(concepts[0]).Value, 0.5, 1)
        );
        Assert.Equal(1, seen.GetProperty("versions").GetInt32());
        Assert.Equal("Colours", seen.GetProperty("renamed").GetString());
        Assert.Equal("check", seen.GetProperty("workflowId").GetString());
        Assert.Equal("blue", seen.GetProperty("resultNodes")[0].EnumerateArray().Select(Scored).MaxBy(c => c.Value).Id);
        Assert.Equal(
            ["red-0", "red-1", "red-2", "red-3", "red-4", "red-5"],
            seen.GetProperty("found").EnumerateArray().Select(id => id.GetString())
        );
        Assert.Equal("blue-0", seen.GetProperty("alike")[0].GetProperty("id").GetString());
        Assert.Equal(1, seen.GetProperty("alike")[0].GetProperty("score").GetDouble(), 0.001);
        Assert.Equal(12, seen.GetProperty("counts").EnumerateObject().Sum(count => count.Value.GetInt32()));
    }

    private static (string Id, double Value) Scored(JsonElement concept) =>
        (concept.GetProperty("id").GetString()!, concept.GetProperty("value").GetDouble());

    private static async Task<JsonElement> NodeAsync(params string[] arguments)
    {
        using var node = Process.Start(
            new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        try
        {
            var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(node.ExitCode == 0, await errors);
            return JsonDocument.Parse(await output).RootElement;
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill(entireProcessTree: true);
            }
        }
    }
}
