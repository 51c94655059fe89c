namespace Portal.Core.Domain.Exchange;

/// <summary>
/// Names of files and folders made from ids. An id holds only letters, digits, '_', '.' and '-', and is still no safe
/// name by itself: ".." leads out of a folder, "con" is a device on Windows. Such ids get one character
/// percent-encoded, which <see cref="ToId"/> takes back.
/// </summary>
internal static class ArchiveNames
{
    public const string Unlabelled = "_unlabeled";
    private static readonly HashSet<string> Devices = new(
        ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(n => (string[])[$"com{n}", $"lpt{n}"])],
        StringComparer.OrdinalIgnoreCase
    );

    public static string OfId(string id)
    {
        var stem = id.Split('.', 2)[0];
        if (id.Trim('.').Length == 0 || Devices.Contains(stem) || id == Unlabelled)
        {
            return Encoded(id[0]) + id[1..];
        }

        return id[^1] == '.' ? id[..^1] + Encoded('.') : id;
    }

    public static string ToId(string name)
    {
        var id = Uri.UnescapeDataString(name);
        return id.Length > 0 && id != name && OfId(id) == name ? id : name;
    }

    /// <summary>The name of an input's picture, with the extension of its type.</summary>
    public static string OfPicture(ExchangeInput input) =>
        OfId(input.Id)
        + input.MediaType switch
        {
            "image/jpeg" => ".jpg",
            "image/png" => ".png",
            "image/webp" => ".webp",
            "image/gif" => ".gif",
            "image/tiff" => ".tif",
            "image/avif" => ".avif",
            "image/bmp" => ".bmp",
            "image/x-portable-anymap" => ".pnm",
            _ => "",
        };

    private static string Encoded(char c) => $"%{(int)c:X2}";
}
