using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Commands;

/// <summary>
/// <c>export --app USER/APP --format FORMAT --out FILE [--dataset NAME] [--no-pictures] [--accept-losses]</c> and
/// <c>import PATH --app USER/APP [--format FORMAT] [--report FILE]</c>, without the web server. Settings such as
/// <c>--Storage:Root</c> follow.
/// </summary>
public static class ExchangeCommand
{
    private static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(1);

    public static bool IsMeant(string[] args) => args is ["export" or "import", ..];

    /// <returns>The process's exit code.</returns>
    public static Task<int> RunAsync(string[] args) =>
        CommandHost.RunAsync(
            args,
            "open the app's page 'Import & export'",
            "Stopped. What was taken so far stands; the same command again goes on.",
            args[0] == "export" ? ExportAsync : ImportAsync
        );

    private static async Task ExportAsync(IServiceProvider services, CommandOptions options, CancellationToken ct)
    {
        var (app, _) = await CommandHost.AppAsync(services, options, ct);
        var format = ExchangeFormats.Get(options.Need("format"));
        var exporter = services.GetRequiredService<Exporter>();
        var dataset = options.Value("dataset");
        var survey = dataset is null
            ? await exporter.SurveyAsync(app.Id, filter: null, ct)
            : await exporter.SurveyAsync(app.Id, dataset, ct);
        var losses = survey.Losses(format.Held);
        if (losses.Count > 0 && !options.Has("accept-losses"))
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"{format.Name} cannot hold everything:\n  {string.Join("\n  ", losses)}\nAdd --accept-losses to "
                    + $"export without these, or use --format jsonl."
            );
        }

        var path = Path.GetFullPath(options.Need("out"));
        var half = path + ".part";
        try
        {
            await using (var file = new FileStream(half, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                var outcome = await exporter.WriteAsync(
                    app.Id,
                    new ExportRequest(format.Id, !options.Has("no-pictures"), Dataset: dataset),
                    file,
                    Show(),
                    ct
                );
                Console.WriteLine(ExportJob.Summary(outcome));
            }
            File.Move(half, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PortalException(StatusCode.Failure, $"{path} cannot be written: {e.Message}", inner: e);
        }
        finally
        {
            File.Delete(half);
        }
    }

    private static async Task ImportAsync(IServiceProvider services, CommandOptions options, CancellationToken ct)
    {
        var (app, actorId) = await CommandHost.AppAsync(services, options, ct);
        var path = Path.GetFullPath(
            options.Path
                ?? throw new PortalException(
                    StatusCode.InvalidRequest,
                    "Name the file or folder to import: portal import PATH --app USER/APP"
                )
        );
        var scratch = Path.Combine(
            services.GetRequiredService<IOptions<StorageOptions>>().Value.ImportRoot,
            $"{Guid.NewGuid():N}.unpacked"
        );
        using var files = ImportSource.Open(path, Path.GetFileName(path), scratch, ct);
        var format = options.Value("format") is { } id ? ExchangeFormats.GetReadable(id) : ExchangeFormats.Of(files);
        Console.WriteLine($"Reading {path} as {format.Name} …");
        await using var target = options.Value("report") is { } reportPath ? File.Create(reportPath) : Stream.Null;
        await using var report = new ImportReport(target);
        var show = Show();
        await services
            .GetRequiredService<Importer>()
            .RunAsync(
                app.Id,
                actorId,
                files,
                ImportChoices.Of(format),
                report,
                (done, total) => show(done, total, "Importing"),
                ct
            );
        Console.WriteLine(report.Summary());
        if (report.Count(ImportResult.Refused) + report.Partial > 0 && options.Value("report") is null)
        {
            Console.WriteLine("Add --report FILE to see each picture's line.");
        }

        if (report.Count(ImportResult.Added) > 0)
        {
            Console.WriteLine("New inputs are processed when the portal runs.");
        }
    }

    private static Action<int, int, string> Show()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        return (done, total, message) =>
        {
            if (watch.Elapsed < ShowEvery)
            {
                return;
            }

            watch.Restart();
            Console.WriteLine(total > 0 ? $"{message}: {done} of {total}" : $"{message}: {done}");
        };
    }
}
