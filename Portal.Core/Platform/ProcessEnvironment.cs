using System.Runtime.InteropServices;

namespace Portal.Core.Platform;

/// <summary>
/// The environment that native libraries read. .NET keeps a copy of its own outside Windows:
/// what <see cref="Environment.SetEnvironmentVariable(string, string?)"/> sets does not reach the C library.
/// </summary>
internal static partial class ProcessEnvironment
{
    public static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        if (!OperatingSystem.IsWindows())
        {
            _ = SetInC(name, value, overwrite: 1);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetInC(string name, string value, int overwrite);
}
