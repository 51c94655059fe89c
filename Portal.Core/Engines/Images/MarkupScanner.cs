using System.Text;

namespace Portal.Core.Engines.Images;

/// <summary>
/// Finds HTML inside a file that claims to be something else. Such a polyglot is harmless as long as it is served with
/// its own media type and <c>nosniff</c>, but it outlives every export, so it is not let in.
/// </summary>
internal static class MarkupScanner
{
    /// <summary>
    /// Long enough that compressed data holds one by chance in fewer than one of 10,000 files of 20 MB; lower case.
    /// </summary>
    private static readonly byte[][] Tags =
    [
        .. new[] { "<script", "<html>", "<html ", "<!doctype html", "<iframe" }.Select(Encoding.ASCII.GetBytes),
    ];

    public static bool ContainsMarkup(ReadOnlySpan<byte> bytes)
    {
        for (int step; (step = bytes.IndexOf((byte)'<')) >= 0; bytes = bytes[1..])
        {
            bytes = bytes[step..];
            foreach (var tag in Tags)
            {
                if (bytes.Length >= tag.Length && Ascii.EqualsIgnoreCase(bytes[..tag.Length], tag))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
