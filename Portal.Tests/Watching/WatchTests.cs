using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Watching;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Watching;
using Portal.Tests.Support;

namespace Portal.Tests.Watching;

public sealed class WatchTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly TemporaryFolder _watched = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private string Folder => Directory.CreateDirectory(Path.Combine(_watched.Path, "park", "new")).FullName;

    public void Dispose()
    {
        _data.Dispose();
        _watched.Dispose();
    }

    [Fact]
    public async Task New_files_are_taken_once_also_after_a_restart_and_after_their_input_was_deleted()
    {
        await using (var host = await StartAsync())
        {
            Put("a.png", Pictures.Any(1));
            Put("sub/b.png", Pictures.Any(2));
            Put("sub/again.png", Pictures.Any(2));
            Put("bad.png", "no picture"u8.ToArray());
            Put(".hidden.png", Pictures.Any(3));
            await host.Get<WatchService>().WatchAsync(host.App.Id, host.User.Id, "park/new", false, Ct);

            var state = await StateAsync(host, s => s.Added + s.Unchanged + s.Refused == 4);

            Assert.Equal((2, 1, 1), (state.Added, state.Unchanged, state.Refused));
            Assert.True(File.Exists(Path.Combine(Folder, "a.png")));
            var taken = state.Latest.Single(f => f.Path == "park/new/a.png");
            await host.Get<InputService>().DeleteAsync(host.App.Id, taken.InputId!, Ct);
        }

        await using (var again = await StartAsync())
        {
            Put("c.png", Pictures.Any(4));
            await StateAsync(again, s => s.Added == 3);
            await using var db = again.Db();
            Assert.Equal(2, await db.Inputs.CountAsync(i => i.DeletedAt == null, Ct));
            using var report = new MemoryStream();
            await again.Get<WatchService>().WriteReportAsync(again.App.Id, report, Ct);
            Assert.Equal(
                6,
                System
                    .Text.Encoding.UTF8.GetString(report.ToArray())
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Length
            );
        }
    }

    [Fact]
    public async Task Files_move_out_of_the_way_when_that_is_wanted()
    {
        await using var host = await StartAsync();
        Put("sub/a.png", Pictures.Any(1));
        Put("bad.png", "no picture"u8.ToArray());
        const UnixFileMode shared =
            UnixFileMode.UserRead
            | UnixFileMode.UserWrite
            | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite
            | UnixFileMode.GroupExecute;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder, shared);
        }

        await host.Get<WatchService>().WatchAsync(host.App.Id, host.User.Id, "park/new", true, Ct);

        await Wait.ForAsync(
            () =>
                Task.FromResult(
                    Directory
                        .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
                        .Select(f => Path.GetRelativePath(Folder, f))
                        .Order(StringComparer.Ordinal)
                        .ToList()
                ),
            files => files.SequenceEqual(["_refused/bad.png", "_taken/sub/a.png"])
        );
        Put("sub/a.png", Pictures.Any(5));
        var state = await StateAsync(host, s => s.Added == 2);
        Assert.Equal(1, state.Refused);
        // Whoever put the files there finds them again.
        foreach (var folder in (string[])["_refused", "_taken", "_taken/sub"])
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal((folder, shared), (folder, File.GetUnixFileMode(Path.Combine(Folder, folder))));
            }
        }
    }

    [Fact]
    public async Task Videos_are_taken_too_and_once()
    {
        var video = await TestVideos.OfColoursAsync(1, "red");
        await using var host = await StartAsync();
        Put("a.mp4", video);
        Put("b.mp4", video);
        await host.Get<WatchService>().WatchAsync(host.App.Id, host.User.Id, "park/new", false, Ct);

        var state = await StateAsync(host, s => s.Added + s.Unchanged + s.Refused == 2);

        Assert.Equal((1, 1), (state.Added, state.Unchanged));
        Assert.Single((await host.SampledAsync(state.Latest[0].InputId!)).Frames);
    }

    [Fact]
    public async Task A_file_that_still_grows_waits()
    {
        await using var host = await StartAsync();
        var (path, bytes) = (Path.Combine(Folder, "slow.png"), Pictures.Any(1));
        await host.Get<WatchService>().WatchAsync(host.App.Id, host.User.Id, "park/new", false, Ct);
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite))
        {
            foreach (var piece in bytes.Chunk(8))
            {
                await file.WriteAsync(piece, Ct);
                await file.FlushAsync(Ct);
            }
        }

        var state = await StateAsync(host, s => s.Latest.Count > 0);

        Assert.Equal(ImportResult.Added, Assert.Single(state.Latest).Result);
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("/etc")]
    [InlineData("a/../../b")]
    [InlineData("c:\\x")]
    [InlineData("  ")]
    public async Task A_path_that_leads_out_is_refused(string path)
    {
        await using var host = await StartAsync();
        await Assert.ThrowsAsync<PortalException>(() =>
            host.Get<WatchService>().WatchAsync(host.App.Id, host.User.Id, path, false, Ct)
        );
    }

    [Fact]
    public async Task Links_are_not_followed()
    {
        using var secret = new TemporaryFolder();
        secret.Write("secret.png", Pictures.Any(1));
        Directory.CreateSymbolicLink(Path.Combine(Folder, "link"), secret.Path);
        File.CreateSymbolicLink(Path.Combine(Folder, "file.png"), Path.Combine(secret.Path, "secret.png"));
        Put("a.png", Pictures.Any(2));
        await using var host = await StartAsync();
        await host.Get<WatchService>().WatchAsync(host.App.Id, host.User.Id, "park/new", false, Ct);

        await StateAsync(host, s => s.Added == 1);
        Put("b.png", Pictures.Any(3));
        var state = await StateAsync(host, s => s.Added > 1);

        Assert.Equal(["park/new/b.png", "park/new/a.png"], state.Latest.Select(f => f.Path));
    }

    private Task<CoreHost> StartAsync() =>
        CoreHost.StartAsync(_data.Path, settings: [("Watch:Root", _watched.Path), ("Watch:Every", "00:00:00.100")]);

    private void Put(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private static Task<WatchState> StateAsync(CoreHost host, Func<WatchState, bool> condition) =>
        Wait.ForAsync(async () => (await host.Get<WatchService>().StateAsync(host.App.Id, Ct))!, condition);
}
