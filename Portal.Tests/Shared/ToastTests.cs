using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Shared.Components;
using Portal.Shared.Layout;
using Portal.Shared.Live;
using Portal.Tests.Support;

namespace Portal.Tests.Shared;

public sealed class ToastTests : BunitContext
{
    private readonly Toasts _toasts = new(NullLogger<Toasts>.Instance);

    public ToastTests() => Services.AddSingleton(_toasts).AddSingleton(TimeProvider.System);

    [Fact]
    public async Task Undo_runs_once_and_takes_the_toast_away()
    {
        var undone = 0;
        var host = Render<ToastHost>();
        _toasts.ShowUndo(
            "Deleted 3 inputs",
            () =>
            {
                undone++;
                return Task.CompletedTask;
            }
        );
        await host.WaitForElementAsync(".toast");

        await host.Find(".btn.link").ClickAsync(new());

        Assert.Equal(1, undone);
        Assert.Empty(_toasts.Shown);
    }

    [Fact]
    public async Task An_undo_that_fails_says_why()
    {
        _toasts.ShowUndo(
            "Deleted the app park",
            () => throw new PortalException(StatusCode.DuplicateId, "The id was taken meanwhile.")
        );

        await _toasts.UndoAsync(_toasts.Shown[0]);

        Assert.Equal(
            ("The id was taken meanwhile.", StatusKind.Failed),
            (Assert.Single(_toasts.Shown).Text, _toasts.Shown[0].Kind!.Value)
        );
    }

    [Fact]
    public void Keys_of_a_page_are_listed_while_it_is_shown()
    {
        var keys = new KeyList();

        using (keys.Register("Review", new KeyHint("A", "Approve")))
        {
            Assert.Equal(["Review", "Everywhere"], keys.Sections.Select(s => s.Title));
        }

        Assert.Equal(["Everywhere"], keys.Sections.Select(s => s.Title));
    }

    [Fact]
    public async Task A_thousand_changes_are_few_refreshes_and_the_last_change_is_seen()
    {
        var feed = new ChangeFeed();
        int published = 0,
            seen = 0,
            refreshes = 0;
        using var watch = new ChangeWatch(
            feed,
            c => c.AppId == 1,
            () =>
            {
                Interlocked.Increment(ref refreshes);
                seen = Volatile.Read(ref published);
                return Task.CompletedTask;
            },
            _ => Task.CompletedTask,
            TimeSpan.FromMilliseconds(20)
        );

        for (var i = 0; i < 1000; i++)
        {
            Interlocked.Increment(ref published);
            feed.Publish(1, ChangedNoun.Inputs);
        }

        await Support.Wait.ForAsync(() => Task.FromResult(Volatile.Read(ref seen)), s => s == 1000);
        Assert.InRange(refreshes, 1, 100);
    }

    [Fact]
    public async Task A_refresh_that_fails_is_handed_on()
    {
        var feed = new ChangeFeed();
        var caught = new TaskCompletionSource<Exception>();
        using var watch = new ChangeWatch(
            feed,
            _ => true,
            () => throw new InvalidOperationException("no"),
            e =>
            {
                caught.SetResult(e);
                return Task.CompletedTask;
            },
            TimeSpan.Zero
        );

        feed.Publish(1, ChangedNoun.Inputs);

        Assert.IsType<InvalidOperationException>(
            await caught.Task.WaitAsync(Xunit.TestContext.Current.CancellationToken)
        );
    }
}
