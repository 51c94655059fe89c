using System.Runtime.InteropServices;

namespace Portal.Core.Interop.OnnxRuntime;

/// <summary>
/// The part of ONNX Runtime's C API that the portal calls. The library hands out one table of functions, which is only ever appended to:
/// each number below is a function's place in <c>struct OrtApi</c> of <c>onnxruntime_c_api.h</c>. A function that can fail returns a status, null on success.
/// </summary>
internal static unsafe partial class OrtApi
{
    /// <summary>The API version the places were taken from; a library from 1.16 on answers for it, an older one returns no table.</summary>
    private const uint ApiVersion = 16;

    private static readonly nint* Table = LoadTable();

    public static delegate* unmanaged<int, byte*, out nint, nint> CreateEnv => (delegate* unmanaged<int, byte*, out nint, nint>)Table[3];

    public static delegate* unmanaged<nint, nint> DisableTelemetry => (delegate* unmanaged<nint, nint>)Table[6];

    /// <summary>Arguments: environment, model bytes, their count, options.</summary>
    public static delegate* unmanaged<nint, void*, nuint, nint, out nint, nint> CreateSessionFromArray
        => (delegate* unmanaged<nint, void*, nuint, nint, out nint, nint>)Table[8];

    /// <summary>Arguments: session, run options, input names, inputs, their count, output names, their count, outputs.</summary>
    public static delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint> Run
        => (delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)Table[9];

    public static delegate* unmanaged<out nint, nint> CreateSessionOptions => (delegate* unmanaged<out nint, nint>)Table[10];

    /// <summary>Level 99 is every optimisation.</summary>
    public static delegate* unmanaged<nint, int, nint> SetGraphOptimizationLevel => (delegate* unmanaged<nint, int, nint>)Table[23];

    public static delegate* unmanaged<nint, int, nint> SetIntraOpThreads => (delegate* unmanaged<nint, int, nint>)Table[24];

    public static delegate* unmanaged<nint, out nuint, nint> InputCount => (delegate* unmanaged<nint, out nuint, nint>)Table[30];

    public static delegate* unmanaged<nint, out nuint, nint> OutputCount => (delegate* unmanaged<nint, out nuint, nint>)Table[31];

    public static delegate* unmanaged<nint, nuint, out nint, nint> InputTypeInfo => (delegate* unmanaged<nint, nuint, out nint, nint>)Table[33];

    public static delegate* unmanaged<nint, nuint, out nint, nint> OutputTypeInfo => (delegate* unmanaged<nint, nuint, out nint, nint>)Table[34];

    /// <summary>Arguments: session, index, allocator; the name is freed with the allocator.</summary>
    public static delegate* unmanaged<nint, nuint, nint, out nint, nint> InputName => (delegate* unmanaged<nint, nuint, nint, out nint, nint>)Table[36];

    public static delegate* unmanaged<nint, nuint, nint, out nint, nint> OutputName => (delegate* unmanaged<nint, nuint, nint, out nint, nint>)Table[37];

    /// <summary>Arguments: memory description, data, its bytes, shape, rank, element type (1 is float).</summary>
    public static delegate* unmanaged<nint, void*, nuint, long*, nuint, int, out nint, nint> CreateTensor
        => (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, out nint, nint>)Table[49];

    /// <summary>The result belongs to the type information; null where the value is no tensor.</summary>
    public static delegate* unmanaged<nint, out nint, nint> TensorInfo => (delegate* unmanaged<nint, out nint, nint>)Table[55];

    public static delegate* unmanaged<nint, out int, nint> ElementType => (delegate* unmanaged<nint, out int, nint>)Table[60];

    public static delegate* unmanaged<nint, out nuint, nint> Rank => (delegate* unmanaged<nint, out nuint, nint>)Table[61];

    /// <summary>A dimension that is not fixed comes out as -1.</summary>
    public static delegate* unmanaged<nint, long*, nuint, nint> Dimensions => (delegate* unmanaged<nint, long*, nuint, nint>)Table[62];

    /// <summary>Arguments: allocator type (0 device), memory type (0 default).</summary>
    public static delegate* unmanaged<int, int, out nint, nint> CreateCpuMemoryInfo => (delegate* unmanaged<int, int, out nint, nint>)Table[69];

    public static delegate* unmanaged<nint, nint, nint> AllocatorFree => (delegate* unmanaged<nint, nint, nint>)Table[76];

    public static delegate* unmanaged<out nint, nint> DefaultAllocator => (delegate* unmanaged<out nint, nint>)Table[78];

    public static delegate* unmanaged<nint, void> ReleaseEnv => (delegate* unmanaged<nint, void>)Table[92];

    public static delegate* unmanaged<nint, void> ReleaseMemoryInfo => (delegate* unmanaged<nint, void>)Table[94];

    public static delegate* unmanaged<nint, void> ReleaseSession => (delegate* unmanaged<nint, void>)Table[95];

    public static delegate* unmanaged<nint, void> ReleaseValue => (delegate* unmanaged<nint, void>)Table[96];

    public static delegate* unmanaged<nint, void> ReleaseTypeInfo => (delegate* unmanaged<nint, void>)Table[98];

    public static delegate* unmanaged<nint, void> ReleaseSessionOptions => (delegate* unmanaged<nint, void>)Table[100];

    public static delegate* unmanaged<nint, byte*, byte*, nint> AddSessionConfigEntry => (delegate* unmanaged<nint, byte*, byte*, nint>)Table[130];

    private static delegate* unmanaged<nint, nint> ErrorMessage => (delegate* unmanaged<nint, nint>)Table[2];

    private static delegate* unmanaged<nint, void> ReleaseStatus => (delegate* unmanaged<nint, void>)Table[93];

    /// <summary>Throws what a status says and releases it.</summary>
    /// <exception cref="OnnxException">The status is not success.</exception>
    public static void Check(nint status)
    {
        if (status == 0)
            return;
        var message = Marshal.PtrToStringUTF8(ErrorMessage(status)) ?? "";
        ReleaseStatus(status);
        throw new OnnxException(message);
    }

    [LibraryImport(NativeLibraries.OnnxRuntime)]
    private static partial nint* OrtGetApiBase();

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>
    /// Outside Windows, since 1.29, the library reports programs, models and errors to its makers, and keeps what it could not send in the user's cache folder.
    /// It asks this variable when it is loaded, and asks the C library, to which .NET does not pass on what it sets. On Windows, and for what the
    /// library reports once it runs, there is <see cref="DisableTelemetry"/>.
    /// </summary>
    private static void ForbidTelemetry()
    {
        if (!OperatingSystem.IsWindows()) _ = SetEnvironment("ORT_DISABLE_TELEMETRY", "1", overwrite: 1);
    }

    private static nint* LoadTable()
    {
        NativeLibraries.Install();
        ForbidTelemetry();
        // The base is two functions: the table by its version, and the library's version as text.
        var apiBase = OrtGetApiBase();
        var table = (nint*)((delegate* unmanaged<uint, nint>)apiBase[0])(ApiVersion);
        if (table != null)
            return table;
        var version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])());
        throw new OnnxException($"ONNX Runtime {version} does not offer version {ApiVersion} of its API; the portal needs 1.{ApiVersion} or newer.");
    }
}
