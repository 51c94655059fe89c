using NetVips;

namespace Portal.Core.Engines.Images;

/// <summary>What can be read from the words of a failed libvips call.</summary>
/// <remarks>
/// libvips keeps one text for the whole process, so two operations that fail at the same moment may find their lines in
/// one message and the other's empty: the text explains, it never decides, but where no other operation runs in the
/// process.
/// </remarks>
internal static class VipsFailure
{
    private static readonly string[] MemoryTexts =
    [
        "out of memory",
        "insufficient memory",
        "failed to allocate",
        "memory allocation",
    ];

    public static bool SaysOutOfMemory(string text) =>
        MemoryTexts.Any(words => text.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Forgets what the library has said so far: what was wrong with an earlier picture, and did not keep it from being
    /// decoded, is no reason of the next one's.
    /// </summary>
    // The binding empties the library's text where it makes an exception of it, and nowhere else that is public.
    public static void ForgetEarlier() => _ = new VipsException("");

    /// <summary>The library's first line about the failure, empty where it said nothing.</summary>
    public static string Reason(this VipsException failure)
    {
        // The first line of the message is the binding's, the others are the library's.
        var lines = failure.Message.Split('\n', StringSplitOptions.TrimEntries);
        return lines.Skip(1).FirstOrDefault(line => line.Length > 0) ?? "";
    }
}
