using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Storage;

namespace Portal.Commands;

/// <summary>
/// What an operator does with a data directory from the command line: <c>backup FOLDER</c> and <c>check [FOLDER]</c>,
/// also beside an open portal, and <c>restore FOLDER</c>.
/// </summary>
internal static class StorageCommand
{
    /// <returns>Whether the arguments begin with one of the commands.</returns>
    public static bool IsMeant(string[] args) => args is ["backup" or "restore" or "check", ..];

    /// <param name="args">The command, its folder, then settings such as <c>--Storage:Root</c>.</param>
    /// <returns>The exit code: 0 when all is well, 1 for a fault that is printed, 2 for arguments that are not
    /// understood.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        using var interrupted = CommandHost.StopOnInterrupt();
        var folder =
            args is [_, var second, ..] && !second.StartsWith("--", StringComparison.Ordinal)
                ? Path.GetFullPath(second)
                : null;
        try
        {
            var storage = Storage(args[(folder is null ? 1 : 2)..]);
            switch (args[0], folder)
            {
                case ("backup", not null):
                    var pictures = await StorageBackup.BackUpAsync(
                        storage,
                        folder,
                        Progress("copied"),
                        interrupted.Token
                    );
                    Console.WriteLine($"Backed up {storage.Root} to {folder}: the database and {pictures} pictures.");
                    return 0;
                case ("restore", not null):
                    var restored = await StorageBackup.RestoreAsync(
                        folder,
                        storage,
                        Progress("copied"),
                        interrupted.Token
                    );
                    Console.WriteLine(
                        $"Restored {folder} to {storage.Root}: {restored.Inputs} inputs, {restored.Blobs} pictures."
                    );
                    return 0;
                case ("check", _):
                    return await CheckAsync(
                        folder is null ? storage : new StorageOptions { Root = folder },
                        interrupted.Token
                    );
                default:
                    await Console.Error.WriteLineAsync(
                        $"Say which folder: {args[0]} FOLDER. The data directory is set by --Storage:Root."
                    );
                    return 2;
            }
        }
        catch (PortalException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped. What was copied so far is used when the command runs again.");
            return 1;
        }
    }

    private static StorageOptions Storage(string[] settings)
    {
        using var host = CommandHost.Prepare(settings).Build();
        return host.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
    }

    private static async Task<int> CheckAsync(StorageOptions storage, CancellationToken ct)
    {
        var report = await StorageCheck.RunAsync(storage, Progress("read"), ct);
        foreach (var fault in report.Faults)
        {
            Console.WriteLine(fault);
        }

        Console.WriteLine(
            $"{storage.Root}: {report.Inputs} inputs, {report.Blobs} pictures, {report.Bytes / 1e6:0.0} MB read; "
                + $"{(report.Faults.Count == 0 ? "all is well" : $"{report.Faults.Count} faults")}."
        );
        return report.Faults.Count == 0 ? 0 : 1;
    }

    // Said now and then, so that a long copy shows that it goes on.
    private static Every Progress(string done) =>
        new(TimeSpan.FromSeconds(2), count => Console.WriteLine($"{count} pictures {done} …"));

    private sealed class Every(TimeSpan pause, Action<int> say) : IProgress<int>
    {
        private long _last = Environment.TickCount64;

        public void Report(int value)
        {
            if (Environment.TickCount64 - _last < pause.TotalMilliseconds)
            {
                return;
            }

            _last = Environment.TickCount64;
            say(value);
        }
    }
}
