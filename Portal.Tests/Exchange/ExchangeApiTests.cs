using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>Exports and imports by a program, from the request to the file.</summary>
public sealed class ExchangeApiTests : IAsyncLifetime
{
    private const string App = "users/me/apps/park";
    private PortalFixture _portal = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        await _portal.PostAsync("users/me/apps", """{"apps":[{"id":"park"}]}""").OkAsync();
        await _portal.PostAsync($"{App}/concepts", """{"concepts":[{"id":"cat"},{"id":"dog"}]}""").OkAsync();
        await _portal
            .PostAsync(
                $"{App}/inputs",
                new
                {
                    inputs = new[] { ("a", "cat"), ("b", "dog") }.Select(
                        (one, i) =>
                            new
                            {
                                id = one.Item1,
                                data = new
                                {
                                    image = new { base64 = Drawings.Base64(Drawings.Red(i)) },
                                    concepts = new[] { new { id = one.Item2, value = 1 } },
                                },
                            }
                    ),
                }
            )
            .OkAsync();
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task An_export_of_a_filter_is_asked_for_and_fetched()
    {
        var job = (
            await _portal.PostAsync($"{App}/exports", """{"format":"coco","filter":"?concept=cat"}""").OkAsync()
        )["job"]
            .GetProperty("id")
            .GetString()!;

        using var zip = new ZipArchive(await FileOfAsync(job));

        Assert.Single(zip.Entries, e => e.FullName.StartsWith("images/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_import_is_sent_looked_at_and_started_with_labels_mapped()
    {
        var import = await SendAsync("input_id,label\na,kitty\na,puppy\nb,kitty\nnobody,kitty\n");

        var preview = (await _portal.GetAsync($"{App}/imports/{import}?name=labels.csv").OkAsync())["preview"];
        var job = (
            await _portal
                .PostAsync(
                    $"{App}/imports/{import}/start",
                    """{"name":"labels.csv","labels":{"kitty":"cat","puppy":""}}"""
                )
                .OkAsync()
        )["job"]
            .GetProperty("id")
            .GetString()!;
        using var report = new StreamReader(await FileOfAsync(job));

        Assert.Equal("csv", preview.GetProperty("format").GetString());
        Assert.Equal(
            ["kitty 3", "puppy 1"],
            preview
                .GetProperty("labels")
                .EnumerateArray()
                .Select(l => $"{l.GetProperty("label").GetString()} {l.GetProperty("count").GetInt32()}")
        );
        Assert.Contains("nobody", await report.ReadToEndAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(["cat"], await LabelsAsync("a"));
        Assert.Equal(["cat", "dog"], await LabelsAsync("b"));
    }

    [Theory]
    [InlineData("exports", """{"format":"nonsense"}""", 11102)]
    [InlineData("imports/{0}/start", "{}", 11102)]
    [InlineData("imports/{0}/start", """{"name":"labels.csv","format":"nonsense"}""", 11102)]
    [InlineData("imports/00000000000000000000000000000000/start", """{"name":"labels.csv"}""", 11101)]
    public async Task What_cannot_be_started_says_why(string path, string body, int code)
    {
        var answer = await _portal.PostAsync(
            $"{App}/{string.Format(System.Globalization.CultureInfo.InvariantCulture, path, await SendAsync("input_id,label\na,kitty\n"))}",
            body
        );

        Assert.Equal(code, answer.Code);
    }

    private async Task<string> SendAsync(string csv)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(csv));
        using var response = await _portal.Client.PostAsync($"/v2/{App}/imports", content, Ct);
        return JsonElement
            .Parse(await response.Content.ReadAsStringAsync(Ct))
            .GetProperty("import")
            .GetProperty("id")
            .GetString()!;
    }

    private async Task<Stream> FileOfAsync(string job)
    {
        await Wait.ForAsync(
            () => _portal.GetAsync($"{App}/jobs/{job}").OkAsync(),
            answer => answer["job"].GetProperty("state").GetString() == "succeeded"
        );
        return new MemoryStream(
            await _portal.Client.GetByteArrayAsync($"/media/{PortalFixture.OwnerId}/park/jobs/{job}/file", Ct)
        );
    }

    private async Task<IEnumerable<string?>> LabelsAsync(string input) =>
        (await _portal.GetAsync($"{App}/inputs/{input}/annotations").OkAsync())["annotations"]
            .EnumerateArray()
            .Select(a => a.GetProperty("data").GetProperty("concepts")[0].GetProperty("id").GetString())
            .Order(StringComparer.Ordinal);
}
