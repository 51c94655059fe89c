using Microsoft.Extensions.Options;
using Portal.Core;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Watching;
using Portal.Hosting;

namespace Portal.Commands;

/// <summary>
/// What every command starts from: the portal's settings and core, without the web server, and an end that Ctrl+C asks
/// for.
/// </summary>
internal static class CommandHost
{
    /// <param name="settings">
    /// Arguments such as <c>--Storage:Root=DIR</c>, without the command's path: one that begins with a slash reads as
    /// the name of a setting, which takes the next word as its value.
    /// </param>
    public static HostApplicationBuilder Prepare(string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { Args = settings, ContentRootPath = PortalFolders.FindContentRoot() }
        );
        builder.Services.AddDecoderProcesses(typeof(CommandHost).Assembly);
        builder.Services.AddPortalCore(builder.Configuration, builder.Environment.ContentRootPath);
        return builder;
    }

    /// <summary>
    /// Runs a command on the core of a portal that is opened for it, and prints what keeps it from its end.
    /// </summary>
    /// <param name="args">The command, then its options and settings.</param>
    /// <param name="instead">What to do in a portal that has the data directory open.</param>
    /// <param name="stopped">What stands where Ctrl+C ends it.</param>
    /// <returns>The process's exit code: 0 when it was done, 1 for a fault that is printed, 130 when it was
    /// stopped.</returns>
    public static async Task<int> RunAsync(
        string[] args,
        string instead,
        string stopped,
        Func<IServiceProvider, CommandOptions, CancellationToken, Task> run
    )
    {
        using var stop = StopOnInterrupt();
        try
        {
            var options = CommandOptions.Parse(args);
            using var host = BuildWithoutWorkers(options);
            await StartAsync(host, instead, stop.Token);
            await run(host.Services, options, stop.Token);
            await host.StopAsync(CancellationToken.None);
            return 0;
        }
        catch (Exception e) when (e is PortalException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(stopped);
            return 130;
        }
    }

    /// <summary>The portal without what works inputs and jobs off: the portal itself does, when it runs.</summary>
    private static IHost BuildWithoutWorkers(CommandOptions options)
    {
        var builder = Prepare([.. options.Settings]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var workers = (Type[])[typeof(InputWorker), typeof(JobRunner), typeof(WatchWorker)];
        foreach (var worker in builder.Services.Where(s => workers.Contains(s.ImplementationType)).ToList())
        {
            builder.Services.Remove(worker);
        }

        return builder.Build();
    }

    /// <exception cref="PortalException">The data directory cannot be opened.</exception>
    private static async Task StartAsync(IHost host, string instead, CancellationToken ct)
    {
        try
        {
            await host.StartAsync(ct);
        }
        catch (PortalException e) when (e.InnerException is IOException)
        {
            // Another portal holds the data directory.
            throw new PortalException(e.Code, $"{e.Message} A running portal can do this itself: {instead}.", inner: e);
        }
    }

    /// <summary>The app that <c>--app</c> names, and the user to act as.</summary>
    /// <exception cref="PortalException">It is missing, or names none.</exception>
    public static Task<(App App, long ActorId)> AppAsync(
        IServiceProvider services,
        CommandOptions options,
        CancellationToken ct
    ) =>
        options.Need("app").Split('/') is [var owner, var app]
            ? services.GetRequiredService<AppService>().GetForCommandAsync(owner, app, ct)
            : throw new PortalException(
                StatusCode.InvalidRequest,
                "Give the app as USER/APP, for example --app owner/park."
            );

    /// <summary>Is cancelled by Ctrl+C, which then does not end the process by itself.</summary>
    public static CancellationTokenSource StopOnInterrupt()
    {
        var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        return stop;
    }
}
