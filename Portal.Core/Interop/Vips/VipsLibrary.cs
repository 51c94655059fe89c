namespace Portal.Core.Interop.Vips;

/// <summary>Starts libvips once per process, with no cache, one thread an operation and only the loaders the portal admits.</summary>
internal static class VipsLibrary
{
    /// <summary>All that may read a file. UltraHDR is a JPEG to every reader that does not know it, so its own loader is not among them.</summary>
    private static readonly string[] AllowedLoaders =
        ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadTiff", "VipsForeignLoadHeif"];

    private static readonly Lazy<bool> Started = new(Start);

    /// <summary>Starts the library, or throws what its start threw.</summary>
    /// <exception cref="DllNotFoundException">The native library is not beside the program.</exception>
    public static void EnsureStarted() => _ = Started.Value;

    private static bool Start()
    {
        // Warnings about odd metadata would go to stderr, one line each; what matters comes back as an error.
        _ = VipsNative.SetEnvironment("VIPS_WARNING", "0", overwrite: 1);
        if (VipsNative.Init("portal") != 0)
            throw VipsException.FromErrorBuffer();

        // Every picture is read once, so a cache only holds memory. The portal runs many pictures at a time instead of one picture on many threads.
        VipsNative.SetCacheMax(0);
        VipsNative.SetConcurrency(1);

        VipsNative.BlockUntrusted(1);
        VipsNative.BlockOperation("VipsForeignLoad", 1);
        foreach (var loader in AllowedLoaders)
            VipsNative.BlockOperation(loader, 0);
        return true;
    }
}
