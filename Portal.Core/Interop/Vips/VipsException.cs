using System.Runtime.InteropServices;

namespace Portal.Core.Interop.Vips;

/// <summary>A failed libvips call, with the library's own words, if it had any.</summary>
internal sealed class VipsException(string message) : Exception(message)
{
    private static readonly string[] MemoryTexts = ["out of memory", "insufficient memory", "failed to allocate", "memory allocation"];

    /// <summary>Whether memory ran out, by the library's words. They are this operation's own only where no other runs in the process.</summary>
    public bool IsOutOfMemory => SaysOutOfMemory(Message);

    public static bool SaysOutOfMemory(string text) => MemoryTexts.Any(words => text.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Takes the library's error text. libvips keeps one text for the whole process, so two operations that fail at the same moment may
    /// find their lines in one message and the other's empty: the text explains, it never decides.
    /// </summary>
    public static VipsException FromErrorBuffer()
    {
        var text = VipsNative.TakeErrorBuffer();
        try
        {
            return new VipsException(Marshal.PtrToStringUTF8(text)?.Trim() ?? "");
        }
        finally
        {
            VipsNative.Free(text);
        }
    }
}
