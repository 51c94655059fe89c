using Portal.Core.Annotations;
using Portal.Core.Errors;
using Portal.Features.Review;
using Portal.Tests.Support;

namespace Portal.Tests.Review;

public sealed class ReviewQueueTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_waiting_tag_comes_once_newest_first()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        await WaitingAsync(core, 3);
        var queue = new ReviewQueue(core.Get<AnnotationService>(), core.App.Id);
        await queue.FillAsync(Ct);

        Assert.Equal(["picture-2", "picture-1", "picture-0", null], await WalkAsync(queue, 4));
    }

    [Fact]
    public async Task Undo_goes_back_to_what_was_decided()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        await WaitingAsync(core, 2);
        var queue = new ReviewQueue(core.Get<AnnotationService>(), core.App.Id);
        await queue.FillAsync(Ct);
        var first = queue.Current!;

        await queue.AdvanceAsync(skip: false, Ct);
        queue.GoBackTo(first.InputExternalId, first.ConceptExternalId);

        Assert.Equal(first.Id, queue.Current!.Id);
    }

    [Fact]
    public async Task What_was_skipped_is_counted_and_what_comes_meanwhile_follows()
    {
        await using var core = await CoreHost.StartAsync(workers: false);
        await WaitingAsync(core, 1);
        var queue = new ReviewQueue(core.Get<AnnotationService>(), core.App.Id);
        await queue.FillAsync(Ct);

        await queue.AdvanceAsync(skip: true, Ct);
        Assert.Null(queue.Current);
        Assert.Equal(1, queue.Skipped);
        var late = await core.AcceptAsync(9);
        await core.Get<AnnotationService>().WriteAsync(core.App.Id, core.User.Id, [new NewAnnotation(late.Id, 1, true, StatusCode.AnnotationPending)], Ct);
        await queue.FillAsync(Ct);

        Assert.Equal("picture-9", queue.Current!.InputExternalId);
    }

    private static async Task WaitingAsync(CoreHost core, int count)
    {
        var concept = await core.ConceptAsync("runner");
        for (var seed = 0; seed < count; seed++)
        {
            var input = await core.AcceptAsync(seed);
            await core.Get<AnnotationService>().WriteAsync(core.App.Id, core.User.Id, [new NewAnnotation(input.Id, concept.Id, true, StatusCode.AnnotationPending)], Ct);
        }
    }

    private static async Task<List<string?>> WalkAsync(ReviewQueue queue, int steps)
    {
        var seen = new List<string?>();
        for (var i = 0; i < steps; i++)
        {
            seen.Add(queue.Current?.InputExternalId);
            await queue.AdvanceAsync(skip: false, Ct);
        }
        return seen;
    }
}
