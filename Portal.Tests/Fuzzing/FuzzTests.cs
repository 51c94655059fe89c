using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Import;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.Fuzzing;

/// <summary>Whatever is sent, the portal answers in time and in its own words, and goes on.</summary>
public sealed class FuzzTests
{
    private const double RequestShare = 0.7;
    private const int CasesPerApp = 500;
    private const int MostFindings = 20;

    [Fact]
    public async Task Every_endpoint_that_reads_JSON_has_a_request_to_mutate()
    {
        await using var fuzzed = await FuzzedPortal.StartAsync();
        var reading = fuzzed
            .Endpoints.Where(e =>
                e.Endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Contains("application/json") == true
            )
            .ToList();

        Assert.NotEmpty(reading);
        Assert.Empty(reading.Where(e => SampleRequests.For(e).Count == 0).Select(e => e.Name));
    }

    [Fact]
    public async Task Wrong_requests_to_every_endpoint_are_answered()
    {
        await using var fuzzed = await FuzzedPortal.StartAsync();
        var maker = new RequestMaker(fuzzed.Endpoints);
        await RunAsync(fuzzed, RequestShare, (seed, app) => fuzzed.AskAsync(maker.Make(seed, app)));
    }

    [Fact]
    public async Task Broken_files_are_taken_or_refused()
    {
        var files = Directory
            .EnumerateFiles(SharedData.Require("hostile"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .ToList();
        await using var fuzzed = await FuzzedPortal.StartAsync();
        var uploads = new FileUploads(files);
        await RunAsync(
            fuzzed,
            1 - RequestShare,
            async (seed, app) =>
            {
                switch (seed % 5)
                {
                    case 0:
                        await ImportAsync(fuzzed, uploads.MakeImport(seed, app), app);
                        break;
                    case 1:
                        foreach (var part in uploads.MakeParts(seed, app))
                        {
                            await fuzzed.AskAsync(part);
                        }

                        break;
                    default:
                        await fuzzed.AskAsync(uploads.MakeUpload(seed, app));
                        break;
                }
            }
        );
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Cases one after another, so that a seed says all there is to say.</summary>
    private static async Task RunAsync(FuzzedPortal fuzzed, double share, Func<int, string, Task> run)
    {
        var (watch, done, app) = (Stopwatch.StartNew(), 0, "");
        var findings = new List<string>();
        for (
            ;
            findings.Count < MostFindings && done < FuzzOptions.Cases(share) && watch.Elapsed < FuzzOptions.Time(share);
            done++
        )
        {
            // What cases delete is there again for later ones.
            if (done % CasesPerApp == 0)
            {
                await fuzzed.FillAsync(app = $"fuzz-{done}");
            }

            try
            {
                await run(FuzzOptions.FirstSeed + done, app);
            }
            catch (FindingException e)
            {
                findings.Add(e.Message);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{done} cases from seed {FuzzOptions.FirstSeed} in {watch.Elapsed.TotalSeconds:0} s"
        );
        Assert.True(findings.Count == 0, string.Join("\n\n", findings));
        await fuzzed.RequireHealthyAsync(app);
    }

    /// <summary>
    /// Sends a file and reads it as the page does: what it would do, and then, now and then, doing it.
    /// </summary>
    private static async Task ImportAsync(FuzzedPortal fuzzed, FuzzCase sent, string app)
    {
        using var answer = JsonDocument.Parse(await fuzzed.AskAsync(sent));
        if (!answer.RootElement.TryGetProperty("import", out var import))
        {
            return;
        }

        var file = import.GetProperty("id").GetString()!;
        var exchange = fuzzed.Portal.Get<ExchangeService>();
        var owner = await fuzzed.Portal.Get<UserService>().GetAsync(PortalFixture.OwnerId, Ct);
        var appId = (await fuzzed.Portal.Get<AppService>().OpenAsync(owner.Id, PortalFixture.OwnerId, app, Ct)).App.Id;
        try
        {
            var preview = await exchange.PreviewAsync(appId, file, "fuzz.zip", null, Ct);
            var job = await exchange.StartImportAsync(
                appId,
                owner.Id,
                file,
                "fuzz.zip",
                ImportChoices.Of(preview.Format),
                Ct
            );
            await Wait.ForAsync(
                () => fuzzed.Portal.Get<JobService>().GetAsync(appId, job.ExternalId, Ct),
                j => j.IsOver
            );
        }
        catch (PortalException)
        {
            // Refused, in words.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new FindingException($"Reading an import failed. {sent}\n{e}");
        }
    }
}
