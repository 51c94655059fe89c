using System.Reflection;
using System.Runtime.InteropServices;

namespace Portal.Core.Interop;

/// <summary>Finds libvips in <c>native/</c> beside the program and nowhere else, so that no other copy on the machine is picked up.</summary>
internal static class NativeLibraries
{
    public const string Vips = "vips";

    private static readonly Lock Gate = new();
    private static bool s_installed;

    /// <summary>Installs the resolver; called by the static constructor of each binding, before its first native call.</summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (s_installed)
                return;
            NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
            s_installed = true;
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Vips)
            return 0;

        var path = Path.Combine(AppContext.BaseDirectory, "native", FileName());
        if (!File.Exists(path))
        {
            throw new DllNotFoundException(
                $"The native library {path} is missing. Build the portal again with npm on the PATH: the build copies it from its npm package.");
        }
        return NativeLibrary.Load(path);
    }

    private static string FileName()
    {
        var windows = OperatingSystem.IsWindows();
        var mac = OperatingSystem.IsMacOS();
        return windows ? "libvips-42.dll" : mac ? "libvips-cpp.dylib" : "libvips-cpp.so";
    }
}
