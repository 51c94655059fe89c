using System.Text;
using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd.Kills;

/// <summary>Everything people and programs do to a portal, at once, until it is gone.</summary>
/// <param name="killed">Is cancelled when the portal has been killed.</param>
internal sealed class KillLoad(HttpClient client, KillLedger ledger, int seed, CancellationToken killed)
{
    private const string App = "users/owner/apps/park";
    private const int PerUpload = 4;

    /// <summary>Works until the portal is killed.</summary>
    public Task RunAsync() =>
        Task.WhenAll(
            UntilKilledAsync(0, UploadAsync),
            UntilKilledAsync(1, UploadAsync),
            UntilKilledAsync(2, LabelAsync),
            UntilKilledAsync(3, ReviewAsync),
            UntilKilledAsync(4, TrainAsync),
            UntilKilledAsync(5, BackfillAsync)
        );

    private async Task UntilKilledAsync(int lane, Func<Random, int, Task> step)
    {
        var random = new Random(HashCode.Combine(seed, lane));
        try
        {
            for (var i = 0; ; i++)
            {
                await step(random, (lane * 10_000) + i);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The kill: this request was not answered.
        }
    }

    private async Task UploadAsync(Random random, int step)
    {
        var files = Enumerable
            .Range(0, PerUpload)
            .Select(i => Picture($"kill-{seed}-{step}-{i}", random.Next(1_000_000)))
            .ToList();
        files.Add(
            new UploadFile($"text-{seed}-{step}", "text.png", Encoding.UTF8.GetBytes($"This is no picture {step}."))
        );
        // Somebody who was not answered sends the same again.
        if (ledger.Accepted.Keys.FirstOrDefault() is { } again)
        {
            files.Add(Picture(again, 1));
        }

        foreach (var (answer, file) in (await client.UploadAsync("park", files)).Zip(files))
        {
            if (answer.Code == (int)StatusCode.InputPending)
            {
                Assert.True(ledger.Accepted.TryAdd(answer.Id!, true), $"{answer.Id} was accepted twice.");
            }
            else if (answer.Code != (int)StatusCode.DuplicateId)
            {
                ledger.Refused[file.Id!] = true;
            }
        }
    }

    private async Task LabelAsync(Random random, int step)
    {
        var inputs = ledger.Accepted.Keys.Take(500).ToList();
        if (inputs.Count == 0)
        {
            await Task.Delay(20, killed);
            return;
        }
        // Both values of both concepts, so that there is always something to train on.
        await DecideAsync([
            .. new[] { "runner", "walker" }.Select(
                (concept, i) =>
                    new SentDecision(
                        $"label-{seed}-{step}-{i}",
                        inputs[random.Next(inputs.Count)],
                        concept,
                        random.Next(2) == 0,
                        null
                    )
            ),
        ]);
    }

    private async Task ReviewAsync(Random random, int step)
    {
        var pending = await client
            .SendAsync(
                HttpMethod.Get,
                $"{App}/annotations?statuses={(int)StatusCode.AnnotationPending}&per_page=20",
                null
            )
            .OkAsync();
        var waiting = pending["annotations"].EnumerateArray().ToList();
        if (waiting.Count == 0)
        {
            await Task.Delay(20, killed);
            return;
        }
        await DecideAsync([
            .. waiting
                .Take(5)
                .Select(
                    (annotation, i) =>
                        new SentDecision(
                            $"review-{seed}-{step}-{i}",
                            annotation.GetProperty("input_id").GetString()!,
                            annotation.GetProperty("data").GetProperty("concepts")[0].GetProperty("id").GetString()!,
                            random.Next(2) == 0,
                            annotation.GetProperty("id").GetString()
                        )
                ),
        ]);
    }

    private async Task DecideAsync(IReadOnlyList<SentDecision> decisions)
    {
        List<SentDecision> open = [.. decisions];
        while (ledger.Unanswered.TryDequeue(out var earlier))
        {
            open.Add(earlier);
        }

        try
        {
            foreach (var step in open.Chunk(10).ToList())
            {
                await client.SendAsync(HttpMethod.Post, $"{App}/decisions", Body(step)).OkAsync();
                foreach (var decision in step)
                {
                    ledger.Decided[decision.ClientId] = decision;
                }

                open.RemoveAll(step.Contains);
            }
        }
        finally
        {
            foreach (var decision in open)
            {
                ledger.Unanswered.Enqueue(decision);
            }
        }
    }

    private async Task TrainAsync(Random random, int step)
    {
        if (ledger.Decided.IsEmpty)
        {
            await Task.Delay(20, killed);
            return;
        }
        var started = await client.SendAsync(HttpMethod.Post, $"{App}/models/learned/versions", "{}").OkAsync();
        ledger.Versions[started["model"].GetProperty("model_version").GetProperty("id").GetString()!] = true;
        // As a script does: it asks until the version is trained, and then again for another.
        await Wait.ForAsync(
            () => client.SendAsync(HttpMethod.Get, $"{App}/models/learned", null).OkAsync(),
            answer =>
                answer["model"].GetProperty("model_version").GetProperty("status").GetProperty("code").GetInt32()
                    is not (21101 or 21103)
        );
    }

    private async Task BackfillAsync(Random random, int step)
    {
        var started = await client.SendAsync(HttpMethod.Post, $"{App}/workflows/second/backfill", "{}").OkAsync();
        var id = started["job"].GetProperty("id").GetString()!;
        ledger.Jobs[id] = true;
        await Wait.ForAsync(
            () => client.SendAsync(HttpMethod.Get, $"{App}/jobs/{id}", null).OkAsync(),
            answer => answer["job"].GetProperty("state").GetString() is not ("queued" or "running")
        );
    }

    private static string Body(IEnumerable<SentDecision> decisions) =>
        JsonSerializer.Serialize(
            new
            {
                decisions = decisions.Select(d => new
                {
                    client_id = d.ClientId,
                    input_id = d.InputId,
                    concept_id = d.ConceptId,
                    value = d.Value ? 1 : 0,
                    annotation_id = d.AnnotationId,
                }),
            }
        );

    private static UploadFile Picture(string id, int drawing) => new(id, $"{id}.png", Pictures.Any(drawing));
}
