using System.Diagnostics;
using NetVips;

namespace Portal.Core.Engines.Images;

/// <summary>
/// Sets libvips up once per process: no cache, one thread an operation, and only the loaders the portal admits.
/// </summary>
internal static class VipsLibrary
{
    /// <summary>
    /// All that may read a file. UltraHDR is a JPEG to every reader that does not know it, so its own loader is not
    /// among them.
    /// </summary>
    private static readonly string[] AllowedLoaders =
    [
        "VipsForeignLoadJpeg",
        "VipsForeignLoadPng",
        "VipsForeignLoadWebp",
        "VipsForeignLoadNsgif",
        "VipsForeignLoadTiff",
        "VipsForeignLoadHeif",
    ];

    private static readonly Lazy<bool> Started = new(Start);

    private static long s_warnings;

    /// <summary>
    /// Warnings of the library so far, of all operations in this process. A JPEG's last strip may draw one that comes
    /// too late to be an error.
    /// </summary>
    public static long Warnings => Interlocked.Read(ref s_warnings);

    /// <summary>Sets the library up, or throws what kept it from starting.</summary>
    /// <exception cref="DllNotFoundException">The native library is not beside the program, or does not
    /// start.</exception>
    public static void EnsureStarted() => _ = Started.Value;

    /// <summary>The files of libvips that this process has loaded, with their folders.</summary>
    public static IReadOnlyList<string> LoadedFiles()
    {
        using var process = Process.GetCurrentProcess();
        return
        [
            .. process
                .Modules.Cast<ProcessModule>()
                .Select(module => module.FileName)
                .Where(path => Path.GetFileName(path).StartsWith("libvips", StringComparison.OrdinalIgnoreCase)),
        ];
    }

    private static bool Start()
    {
        const string remedy = "It is in the package NetVips.Native of this platform; publish the portal again.";
        if (!ModuleInitializer.VipsInitialized)
        {
            throw new DllNotFoundException($"libvips did not start. {remedy}", ModuleInitializer.Exception);
        }

        // Where the package's library is missing, the system's own would be found, with whatever loaders it was built
        // with.
        if (
            LoadedFiles().FirstOrDefault(path => !path.StartsWith(AppContext.BaseDirectory, PathComparison)) is
            { } foreign
        )
        {
            throw new DllNotFoundException($"libvips was found at {foreign}, which is not the portal's own. {remedy}");
        }

        // Warnings about odd metadata would go to stderr, one line each; what matters comes back as an error.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => Interlocked.Increment(ref s_warnings));

        // Every picture is read once, so a cache only holds memory. The portal runs many pictures at a time instead of
        // one picture on many threads.
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = 1;

        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in AllowedLoaders)
        {
            Operation.Block(loader, false);
        }

        return true;
    }

    private static StringComparison PathComparison =>
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
}
