using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Portal.Tests.Support;

/// <summary>
/// bUnit asks for a newer AngleSharp.Diffing than some package feeds carry. The runtime refuses an older assembly by its version alone, though it has
/// everything that bUnit calls; so it is handed over when asked for.
/// </summary>
internal static class OlderDiffing
{
    private const string Name = "AngleSharp.Diffing";

    [ModuleInitializer]
    internal static void Register() => AssemblyLoadContext.Default.Resolving += Resolve;

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName wanted) =>
        wanted.Name == Name ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, Name + ".dll")) : null;
}
