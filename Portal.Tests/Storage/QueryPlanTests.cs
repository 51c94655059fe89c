using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Labeling;
using Portal.Tests.Support;

namespace Portal.Tests.Storage;

/// <summary>
/// What is asked with every picture, save and page takes no longer in an app of a million inputs: SQLite says how it
/// goes about each statement, and none may go through a table that grows with the inputs, or through all rows of an
/// app, a user or a concept.
/// </summary>
public sealed partial class QueryPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_statement_of_ingest_saves_and_lists_goes_through_everything()
    {
        var plans = new Plans();
        await using var host = await CoreHost.StartAsync(services: s =>
            s.ConfigureDbContext<PortalDbContext>(o => o.AddInterceptors(plans))
        );
        var (runner, walker) = (await host.ConceptAsync("runner"), await host.ConceptAsync("walker"));
        await host.ProcessedAsync(1);
        plans.Begin();

        var inputs = new List<Input>();
        for (var i = 2; i < 6; i++)
        {
            inputs.Add(await host.ProcessedAsync(i, new InputLabel("runner", true)));
        }

        var (annotations, decisions, sequence) = (
            host.Get<AnnotationService>(),
            host.Get<DecisionService>(),
            await host.Get<DecisionService>().SequenceAsync(host.App.Id, Ct)
        );
        await annotations.WriteAsync(
            host.App.Id,
            host.User.Id,
            [.. inputs.Select(i => new NewAnnotation(i.Id, walker.Id, true, StatusCode.AnnotationPending))],
            Ct
        );
        await annotations.WriteAsync(
            host.App.Id,
            host.User.Id,
            [.. inputs.Select(i => new NewAnnotation(i.Id, walker.Id, true, Machine: true, Score: 0.9))],
            Ct
        );
        await annotations.WriteAsync(
            host.App.Id,
            host.User.Id,
            [.. inputs.Select(i => new NewAnnotation(i.Id, walker.Id, true))],
            Ct
        );
        var step = await decisions.DecideAsync(
            host.App.Id,
            host.User.Id,
            [.. inputs.Select(i => new NewDecision(i.Id, runner.Id, false, ClientId: $"c{i.Id}", Seen: sequence))],
            Ct
        );
        await decisions.UndoAsync(host.App.Id, host.User.Id, step, Ct);
        await annotations.ListAsync(host.App.Id, AnnotationFilter.None, null, 0, 20, Ct);
        await annotations.ListAsync(
            host.App.Id,
            AnnotationFilter.None with
            {
                ForReview = true,
            },
            long.MaxValue,
            0,
            20,
            Ct
        );
        await host.Get<InputService>().CountAsync(host.App.Id, Ct);
        await host.Get<InputQueue>().DepthAsync(Ct);
        await host.Get<AppService>().ListAsync(host.User.Id, Ct);
        await host.Get<AppService>().OverviewAsync(host.User.Id, Ct);

        Assert.InRange(plans.Count, 25, 1000);
        Assert.True(!plans.Slow.Any(), string.Join("\n\n", plans.Slow));
    }

    [Fact]
    public async Task No_statement_of_uploads_imports_and_desks_goes_through_everything()
    {
        var plans = new Plans();
        await using var host = await CoreHost.StartAsync(services: s =>
            s.ConfigureDbContext<PortalDbContext>(o => o.AddInterceptors(plans))
        );
        var (runner, _) = (await host.ConceptAsync("runner"), await host.ConceptAsync("walker"));
        var inputs = new List<Input>();
        for (var i = 1; i < 4; i++)
        {
            inputs.Add(await host.ProcessedAsync(i));
        }

        await host.Get<AnnotationService>()
            .WriteAsync(
                host.App.Id,
                host.User.Id,
                [.. inputs.Select(i => new NewAnnotation(i.Id, runner.Id, true, StatusCode.AnnotationPending))],
                Ct
            );
        foreach (var format in ExchangeFormats.All)
        {
            await using var target = File.Create(Path.Combine(_folder.Path, $"{format.Id}.zip"));
            await host.Get<Exporter>()
                .WriteAsync(
                    host.App.Id,
                    new ExportRequest(format.Id, WithPictures: true),
                    target,
                    (_, _, _) => { },
                    Ct
                );
        }
        plans.Begin();

        await host.Get<InputService>()
            .AcceptAsync(
                host.App.Id,
                host.User.Id,
                new NewInput("own", SkipDuplicate: true, Labels: [new InputLabel("runner", true)]),
                new MemoryStream(Pictures.Any(9)),
                Ct
            );
        await Assert.ThrowsAsync<PortalException>(() =>
            host.Get<InputService>()
                .AcceptAsync(
                    host.App.Id,
                    host.User.Id,
                    new NewInput("other", SkipDuplicate: true),
                    new MemoryStream(Pictures.Any(9)),
                    Ct
                )
        );
        await host.Get<InputService>().GetAsync(host.App.Id, "own", Ct);
        Assert.Equal(
            3,
            (await host.Get<InputService>().GetAsync(host.App.Id, [.. inputs.Select(i => i.ExternalId)], Ct)).Count
        );
        foreach (var format in ExchangeFormats.All)
        {
            using var files = ImportSource.Open(
                Path.Combine(_folder.Path, $"{format.Id}.zip"),
                format.Id,
                Path.Combine(_folder.Path, "scratch"),
                Ct
            );
            await using var report = new ImportReport(Stream.Null);
            await host.Get<Importer>()
                .RunAsync(host.App.Id, host.User.Id, files, ImportChoices.Of(format), report, (_, _) => { }, Ct);
        }
        foreach (var order in Enum.GetValues<LabelOrder>())
        {
            await host.Get<LabelBatches>()
                .NextAsync(host.App.Id, "holder", new LabelQuery(order, runner.Id, [inputs[0].Id]), 2, Ct);
        }

        foreach (var order in Enum.GetValues<ReviewOrder>())
        {
            await host.Get<ReviewBatches>().NextAsync(host.App.Id, "holder", runner.Id, order, ["own"], 2, Ct);
        }

        await host.Get<LivePrecision>().OfAppAsync(host.App.Id, Ct);

        Assert.InRange(plans.Count, 25, 1000);
        Assert.True(!plans.Slow.Any(), string.Join("\n\n", plans.Slow));
    }

    /// <summary>What SQLite was told of a large table is told of all its indexes, and of no other.</summary>
    [Fact]
    public async Task Every_index_of_a_large_table_is_known()
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        await using var db = host.Db();
        var known = await db
            .Database.SqlQueryRaw<string>(
                "SELECT tbl || ' ' || idx || ' ' || (LENGTH(stat) - LENGTH(REPLACE(stat, ' ', ''))) AS Value FROM "
                    + "sqlite_stat1"
            )
            .ToListAsync(Ct);
        var indexes = await db
            .Database.SqlQueryRaw<string>(
                """
                SELECT t.name || ' ' || i.name || ' ' || (SELECT COUNT(*) FROM pragma_index_info(i.name)) AS Value
                FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name IN (SELECT tbl FROM sqlite_stat1)
                """
            )
            .ToListAsync(Ct);

        Assert.NotEmpty(known);
        Assert.Equal(indexes.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    private sealed partial class Plans : DbCommandInterceptor
    {
        private readonly ConcurrentDictionary<string, string> _plans = new(StringComparer.Ordinal);
        private bool _begun;

        public int Count => _plans.Count;

        public IEnumerable<string> Slow =>
            _plans.Where(p => IsSlow(p.Key, p.Value.Split('\n'))).Select(p => $"{p.Value}\n{p.Key}");

        public void Begin() => _begun = true;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default
        )
        {
            Explain(command);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<int> result,
            CancellationToken cancellationToken = default
        )
        {
            Explain(command);
            return ValueTask.FromResult(result);
        }

        private void Explain(DbCommand command)
        {
            // Of an empty list EF asks for nothing, and does ask.
            var isForNothing = command.CommandText.EndsWith("WHERE 0", StringComparison.Ordinal);
            if (
                !_begun
                || isForNothing
                || !Planned().IsMatch(command.CommandText)
                || _plans.ContainsKey(command.CommandText)
            )
            {
                return;
            }

            using var explained = new SqliteCommand(
                $"EXPLAIN QUERY PLAN {command.CommandText}",
                (SqliteConnection)command.Connection!,
                (SqliteTransaction?)command.Transaction
            );
            foreach (SqliteParameter parameter in command.Parameters)
            {
                explained.Parameters.AddWithValue(parameter.ParameterName, parameter.Value);
            }

            using var reader = explained.ExecuteReader();
            var steps = new List<string>();
            while (reader.Read())
            {
                steps.Add(Named(reader.GetString(3), command.CommandText));
            }

            _plans.TryAdd(command.CommandText, string.Join('\n', steps));
        }

        /// <summary>A step of a plan with the table's name in place of the query's name for it.</summary>
        private static string Named(string step, string text) =>
            Alias()
                .Replace(
                    step,
                    match =>
                        Regex.Match(text, $"\"(\\w+)\" AS \"{match.Groups["alias"].Value}\"") is { Success: true } named
                            ? $"{match.Groups["how"].Value} {named.Groups[1].Value}"
                            : match.Value
                );

        [GeneratedRegex(@"^\s*(SELECT|UPDATE|DELETE|WITH)\b")]
        private static partial Regex Planned();

        [GeneratedRegex(@"^(?<how>SCAN|SEARCH) (?<alias>\w+)")]
        private static partial Regex Alias();

        /// <summary>
        /// It reads a whole table; or all rows of a user, a concept or an app, unless it takes a few in the order of
        /// the index and looks for none by name.
        /// </summary>
        private static bool IsSlow(string text, string[] steps) =>
            steps.Any(step => Whole().IsMatch(step))
            || (steps.Any(step => OfApp().IsMatch(step)) && (Wanted().IsMatch(text) || !TakesFew(text, steps)));

        private static bool TakesFew(string text, string[] steps) =>
            text.StartsWith("SELECT MAX(", StringComparison.Ordinal)
            || (
                text.Contains("LIMIT", StringComparison.Ordinal)
                && text.Contains("ORDER BY", StringComparison.Ordinal)
                && !steps.Contains("USE TEMP B-TREE FOR ORDER BY")
            );

        [GeneratedRegex(
            @"^SCAN (Inputs|Annotations|Decisions|Labels|InputEmbeddings|Runs|InputChanges)\b(?! USING (COVERING )?INDEX IX_Inputs_(Pending|InProgress)$)|^SEARCH (Annotations|Decisions|Inputs) USING INDEX \w+ \((ConceptId|WrittenAsId|UserId|CreatedById|WorkflowVersionId)=\?( AND \w+[<>]\?)?\)$"
        )]
        private static partial Regex Whole();

        [GeneratedRegex(
            @"^SEARCH (Annotations|Decisions|Inputs|Labels) USING INDEX (?!IX_Annotations_Audit )\w+ \(AppId=\?( AND (Status|DeletedAt)=\?)*( AND \w+[<>]\?)?\)$|^SEARCH (Annotations|Decisions|Labels) USING COVERING INDEX \w+ \(AppId=\?\)$"
        )]
        private static partial Regex OfApp();

        /// <summary>Rows that an index would lead to.</summary>
        [GeneratedRegex(@"""(ExternalId|ContentHash|FileName|SourceUrl|InputId)"" (= @|IN \(@)")]
        private static partial Regex Wanted();
    }
}
