using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Explorer;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

/// <summary>
/// Every filter, and pairs of them, against the plain meaning of each, read row by row from the database.
/// </summary>
public sealed class InputFilterTests
{
    private static readonly DateTime Start = new(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly StatusCode[] Statuses =
    [
        StatusCode.AnnotationSuccess,
        StatusCode.AnnotationPending,
        StatusCode.AnnotationReviewDenied,
        StatusCode.AnnotationAwaitingReview,
    ];
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_filter_alone_and_any_two_together_match_what_they_mean(int seed)
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        await FillAsync(core, seed, 300);
        var rows = await ReadAsync(core);
        var filters = Filters(rows).ToList();

        foreach (var a in filters)
        {
            foreach (var b in filters)
            {
                var filter = b(a(new InputFilter { Order = InputOrder.Oldest }));
                var expected = rows.Where(row => row.Meets(filter)).Select(row => row.Input.Id).ToList();
                var list = await core.Get<InputQueries>().FindAsync(core.App.Id, filter, Ct);
                Assert.True(
                    expected.SequenceEqual(list.Keys(0, int.MaxValue)),
                    $"{filter}: {expected.Count} expected, {list.Count} found"
                );
            }
        }
        // A test in which most filters match nothing, or everything, would show little.
        Assert.True(filters.Count(f => rows.Count(r => r.Meets(f(new InputFilter()))) is > 5 and < 290) > 15);
    }

    [Fact]
    public async Task Counts_say_how_many_a_choice_would_show()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        await FillAsync(core, 3, 300);
        var queries = core.Get<InputQueries>();
        var rows = await ReadAsync(core);
        foreach (
            var filter in new[]
            {
                new InputFilter(),
                new InputFilter { ConceptIds = [rows[0].Concepts[0].Id] },
                new InputFilter
                {
                    Statuses = [StatusCode.AnnotationPending],
                    MinScore = 0.4,
                    FileName = "a",
                },
                new InputFilter
                {
                    ConceptIds = [rows[0].Concepts[1].Id],
                    Match = ConceptMatch.All,
                    Labelled = true,
                },
            }
        )
        {
            var facets = await queries.FacetsAsync(core.App.Id, filter, Ct);
            foreach (var (id, count) in facets.Concepts)
            {
                Assert.Equal(
                    Count(
                        filter with
                        {
                            ConceptIds =
                                filter.Match == ConceptMatch.All ? [.. filter.ConceptIds.Append(id).Distinct()] : [id],
                        }
                    ),
                    count
                );
            }

            foreach (var (origin, count) in facets.Origins)
            {
                Assert.Equal(Count(filter with { Origins = [origin] }), count);
            }

            foreach (var (id, count) in facets.WrittenAs)
            {
                Assert.Equal(Count(filter with { WrittenAsIds = [id] }), count);
            }

            foreach (var (id, count) in facets.Reviewers)
            {
                Assert.Equal(Count(filter with { ReviewerIds = [id] }), count);
            }

            var status = filter with { Statuses = [], Absent = false, Labelled = null, Failed = false };
            Assert.Equal(
                (
                    Count(status with { Statuses = [StatusCode.AnnotationSuccess] }),
                    Count(status with { Statuses = AnnotationStatuses.Waiting }),
                    Count(status with { Labelled = false }),
                    Count(status with { Failed = true })
                ),
                (facets.Success, facets.Pending, facets.Unlabelled, facets.Failed)
            );
        }

        int Count(InputFilter filter) => rows.Count(row => row.Meets(filter));
    }

    [Theory]
    [InlineData(InputOrder.HighestScore, 2)]
    [InlineData(InputOrder.LowestScore, 2)]
    [InlineData(InputOrder.HighestScore, 0)]
    [InlineData(InputOrder.LowestScore, 0)]
    public async Task The_order_of_scores_is_that_of_the_best_score_among_the_concepts_asked_for_or_all(
        InputOrder order,
        int concepts
    )
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        await FillAsync(core, 4, 120);
        var rows = await ReadAsync(core);
        var filter = new InputFilter
        {
            ConceptIds = [.. rows[0].Concepts.Take(concepts).Select(c => c.Id)],
            Statuses = Statuses,
            Order = order,
        };

        var list = await core.Get<InputQueries>().FindAsync(core.App.Id, filter, Ct);

        var best = rows.Where(r => r.Meets(filter))
            .ToDictionary(
                r => r.Input.Id,
                r =>
                    r.Tags.Where(t => (concepts == 0 || filter.ConceptIds.Contains(t.ConceptId)) && Row.IsShown(t))
                        .Max(t => (float?)t.Score)
            );
        var expected = best.OrderBy(b => b.Value is null)
            .ThenBy(b => order == InputOrder.HighestScore ? -b.Value : b.Value)
            .ThenByDescending(b => b.Key)
            .Select(b => b.Key);
        Assert.Equal(expected, list.Keys(0, int.MaxValue));
        Assert.Equal(7, list.PlaceOf(list.Keys(7, 1)[0]));
    }

    [Fact]
    public async Task Whatever_changes_in_the_database_is_in_the_next_answer()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        await FillAsync(core, 5, 60);
        var queries = core.Get<InputQueries>();
        Assert.Equal(60 - (60 / 11), await queries.CountAsync(core.App.Id, new InputFilter(), Ct));
        var random = new Random(6);
        for (var round = 0; round < 12; round++)
        {
            await using (var db = core.Db())
            {
                var annotations = await db.Annotations.OrderBy(a => a.Id).ToListAsync(Ct);
                db.Remove(annotations[random.Next(annotations.Count)]);
                annotations[random.Next(annotations.Count)].Status = Statuses[random.Next(Statuses.Length)];
                var inputs = await db.Inputs.OrderBy(i => i.Id).ToListAsync(Ct);
                inputs[random.Next(inputs.Count)].Status = StatusCode.InputFailed;
                var other = inputs[random.Next(inputs.Count)];
                if (other.DeletedAt is null)
                {
                    Hiding.Hide(other, Start);
                }
                else
                {
                    Hiding.Restore(other);
                }

                await db.SaveChangesAsync(Ct);
            }
            var rows = await ReadAsync(core);
            foreach (var filter in Filters(rows).Select(f => f(new InputFilter { Order = InputOrder.Oldest })))
            {
                Assert.Equal(
                    rows.Where(r => r.Meets(filter)).Select(r => r.Input.Id),
                    (await queries.FindAsync(core.App.Id, filter, Ct)).Keys(0, int.MaxValue)
                );
            }
        }
    }

    private static IEnumerable<Func<InputFilter, InputFilter>> Filters(IReadOnlyList<Row> rows)
    {
        var concepts = rows[0].Concepts.Select(c => c.Id).ToList();
        var workflow = rows.SelectMany(r => r.Tags).Select(t => t.WorkflowId).OfType<long>().First();
        var users = rows.SelectMany(r => r.Tags).Select(t => t.WrittenAsId).Distinct().Order().ToList();
        yield return f => f;
        yield return f => f with { ConceptIds = [concepts[0]] };
        yield return f => f with { ConceptIds = [concepts[0], concepts[1]] };
        yield return f => f with { ConceptIds = [concepts[1], concepts[2]], Match = ConceptMatch.All };
        yield return f => f with { WithoutConceptIds = [concepts[0], concepts[2]] };
        yield return f => f with { Statuses = AnnotationStatuses.Waiting };
        yield return f => f with { Statuses = [StatusCode.AnnotationSuccess, StatusCode.AnnotationReviewDenied] };
        yield return f => f with { Statuses = [StatusCode.AnnotationSuccess], Absent = true };
        yield return f => f with { Origins = [new TagOrigin(AnnotationOrigin.Human)] };
        yield return f =>
            f with
            {
                Origins = [new TagOrigin(AnnotationOrigin.Workflow, workflow), new TagOrigin(AnnotationOrigin.Import)],
            };
        yield return f => f with { WrittenAsIds = [users[0]] };
        yield return f => f with { ReviewerIds = [users[^1]] };
        yield return f => f with { MinScore = 0.6 };
        yield return f => f with { MinScore = 0.2, MaxScore = 0.5 };
        yield return f => f with { Labelled = true };
        yield return f => f with { Labelled = false };
        yield return f => f with { Failed = true };
        yield return f => f with { From = Start.AddDays(3) };
        yield return f => f with { From = Start.AddDays(1), Before = Start.AddDays(5).AddMinutes(30) };
        yield return f => f with { FileName = "ALP" };
        yield return f => f with { Metadata = [new MetadataFilter("camera.model", "Öko 1")] };
        yield return f => f with { Metadata = [new MetadataFilter("place", null)] };
        yield return f => f with { Text = "beta" };
        yield return f => f with { Text = "öko walk" };
    }

    private static async Task FillAsync(CoreHost core, int seed, int count)
    {
        var random = new Random(seed);
        var concepts = new[]
        {
            await core.ConceptAsync("walker"),
            await core.ConceptAsync("runner"),
            await core.ConceptAsync("rider"),
        };
        var users = new[] { core.User, await core.UserAsync("anna") };
        await using var db = core.Db();
        var workflows = new[] { "auto", "other" }
            .Select(id => new Workflow
            {
                AppId = core.App.Id,
                ExternalId = id,
                Name = id,
            })
            .ToList();
        db.AddRange(workflows);
        await db.SaveChangesAsync(Ct);
        for (var i = 0; i < count; i++)
        {
            var input = new Input
            {
                AppId = core.App.Id,
                ExternalId = $"{seed}-{i}",
                Status = i % 13 == 0 ? StatusCode.InputFailed : StatusCode.InputSuccess,
                ContentHash = new string('0', 64),
                MediaType = "image/png",
                FileName = $"{(random.Next(2) == 0 ? "Alpha" : "beta")}_{i}.png",
                Metadata = random.Next(3) switch
                {
                    0 => "{}",
                    1 => """{"camera":{"model":"\u00d6ko 1"}}""",
                    _ => $$$"""{"place":"{{{(random.Next(2) == 0 ? "beta" : "sea")}}}","camera":{"model":"Öko 12"}}""",
                },
                CreatedAt = Start.AddHours(i),
            };
            db.Add(input);
            await db.SaveChangesAsync(Ct);
            foreach (var concept in concepts.Where(_ => random.Next(3) > 0))
            {
                var origin = (AnnotationOrigin)random.Next(3);
                db.Add(
                    new Annotation
                    {
                        AppId = core.App.Id,
                        ExternalId = $"{input.Id}-{concept.Id}",
                        InputId = input.Id,
                        ConceptId = concept.Id,
                        Value = random.Next(4) > 0,
                        Status = Statuses[random.Next(Statuses.Length)],
                        WrittenStatus = StatusCode.AnnotationSuccess,
                        Score = origin == AnnotationOrigin.Human ? null : random.NextDouble(),
                        WrittenAsId = users[random.Next(2)].Id,
                        Origin = origin,
                        WorkflowId = origin == AnnotationOrigin.Workflow ? workflows[random.Next(2)].Id : null,
                        NodeId = "writer",
                        ReviewedById = random.Next(3) == 0 ? users[random.Next(2)].Id : null,
                    }
                );
                if (random.Next(2) == 0)
                {
                    db.Add(
                        new Label
                        {
                            AppId = core.App.Id,
                            InputId = input.Id,
                            ConceptId = concept.Id,
                            Value = true,
                        }
                    );
                }
            }
            if (i % 11 == 10)
            {
                Hiding.Hide(input, Start);
            }

            await db.SaveChangesAsync(Ct);
        }
    }

    private static async Task<List<Row>> ReadAsync(CoreHost core)
    {
        await using var db = core.Db();
        var concepts = await db.Concepts.AsNoTracking().ToListAsync(Ct);
        var tags = (await db.Annotations.AsNoTracking().ToListAsync(Ct)).ToLookup(a => a.InputId);
        var labelled = (await db.Labels.Select(l => l.InputId).ToListAsync(Ct)).ToHashSet();
        return
        [
            .. (
                await db.Inputs.AsNoTracking().Where(i => i.DeletedAt == null).OrderBy(i => i.Id).ToListAsync(Ct)
            ).Select(i => new Row(i, concepts, [.. tags[i.Id]], labelled.Contains(i.Id))),
        ];
    }

    private sealed record Row(
        Input Input,
        IReadOnlyList<Concept> Concepts,
        IReadOnlyList<Annotation> Tags,
        bool IsLabelled
    )
    {
        public bool Meets(InputFilter f) =>
            MeetsTags(f)
            && !Tags.Any(t => t.Value && IsShown(t) && f.WithoutConceptIds.Contains(t.ConceptId))
            && (
                f.Labelled switch
                {
                    true => IsLabelled,
                    false => Tags.Count == 0,
                    _ => true,
                }
            )
            && (!f.Failed || Input.Status == StatusCode.InputFailed)
            && (f.From is null || Input.CreatedAt >= f.From)
            && (f.Before is null || Input.CreatedAt < f.Before)
            && (f.FileName is null || Input.FileName.Contains(f.FileName, StringComparison.OrdinalIgnoreCase))
            && f.Metadata.All(HasEntry)
            && (f.Text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(HasWord);

        public static bool IsShown(Annotation tag) =>
            tag.Status == StatusCode.AnnotationSuccess || AnnotationStatuses.IsWaiting(tag.Status);

        private bool MeetsTags(InputFilter f)
        {
            if (f.Match == ConceptMatch.All && f.ConceptIds.Count > 0)
            {
                return f.ConceptIds.All(id => MeetsTags(f with { Match = ConceptMatch.Any, ConceptIds = [id] }));
            }

            var asks =
                f.ConceptIds.Count + f.Statuses.Count + f.Origins.Count + f.WrittenAsIds.Count + f.ReviewerIds.Count > 0
                || f.Absent;
            return (!asks || Tags.Any(t => MeetsTag(t, f)))
                && (
                    (f.MinScore is null && f.MaxScore is null)
                    || f.ConceptIds.DefaultIfEmpty(0).Any(id => HasScore(f, id))
                );
        }

        private static bool MeetsTag(Annotation t, InputFilter f) =>
            t.Value == !f.Absent
            && (f.ConceptIds.Count == 0 || f.ConceptIds.Contains(t.ConceptId))
            && (f.Statuses.Count == 0 ? IsShown(t) : f.Statuses.Contains(t.Status))
            && (
                f.Origins.Count == 0
                || f.Origins.Any(o => o.Kind == t.Origin && (o.WorkflowId is null || o.WorkflowId == t.WorkflowId))
            )
            && (f.WrittenAsIds.Count == 0 || f.WrittenAsIds.Contains(t.WrittenAsId))
            && (f.ReviewerIds.Count == 0 || (t.ReviewedById is { } by && f.ReviewerIds.Contains(by)));

        private bool HasScore(InputFilter f, long conceptId) =>
            Tags.Any(t =>
                IsShown(t)
                && (conceptId == 0 || t.ConceptId == conceptId)
                && t.Score >= (f.MinScore ?? 0)
                && t.Score <= (f.MaxScore ?? 1)
            );

        private bool HasEntry(MetadataFilter wanted) =>
            Entries("", System.Text.Json.Nodes.JsonNode.Parse(Input.Metadata)!)
                .Any(e =>
                    e.Key == wanted.Key
                    && (
                        wanted.Value is null || string.Equals(e.Value, wanted.Value, StringComparison.OrdinalIgnoreCase)
                    )
                );

        private bool HasWord(string word) =>
            Input.FileName.Contains(word, StringComparison.OrdinalIgnoreCase)
            || Input.ExternalId.Contains(word, StringComparison.OrdinalIgnoreCase)
            || Entries("", System.Text.Json.Nodes.JsonNode.Parse(Input.Metadata)!)
                .Any(e => $"{e.Key}: {e.Value}".Contains(word, StringComparison.OrdinalIgnoreCase))
            || Tags.Any(t =>
                t.Value
                && IsShown(t)
                && Concepts.First(c => c.Id == t.ConceptId).Name.Contains(word, StringComparison.OrdinalIgnoreCase)
            );

        private static IEnumerable<(string Key, string Value)> Entries(
            string path,
            System.Text.Json.Nodes.JsonNode node
        ) =>
            node is System.Text.Json.Nodes.JsonObject map
                ? map.SelectMany(e => Entries(path.Length == 0 ? e.Key : $"{path}.{e.Key}", e.Value!))
                : [(path, node.ToString())];
    }
}
