using Portal.Core;
using Portal.Shared.Hosting;

namespace Portal.Commands;

/// <summary>What every command starts from: the portal's settings and core, without the web server, and an end that Ctrl+C asks for.</summary>
internal static class CommandHost
{
    /// <param name="settings">
    /// Arguments such as <c>--Storage:Root=DIR</c>, without the command's path: one that begins with a slash reads as the name of a setting, which takes the next word as its value.
    /// </param>
    public static HostApplicationBuilder Prepare(string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = settings, ContentRootPath = PortalFolders.FindContentRoot() });
        builder.Services.AddDecoderProcesses(typeof(CommandHost).Assembly);
        builder.Services.AddPortalCore(builder.Configuration, builder.Environment.ContentRootPath);
        return builder;
    }

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
