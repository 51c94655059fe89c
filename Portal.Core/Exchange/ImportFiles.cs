using System.Text;
using Portal.Core.Errors;
using Portal.Core.Films;

namespace Portal.Core.Exchange;

/// <summary>
/// The files of an import, whatever they lie in. A name from an archive is only ever looked up here, never made into a path of the file system, and
/// names that point out of the archive are set aside as <see cref="Refused"/>.
/// </summary>
public abstract class ImportFiles : IDisposable
{
    private readonly Dictionary<string, string?> _byName = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _paths = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Reason)> _refused = [];

    /// <summary>Good paths with '/' between their parts, in ordinal order.</summary>
    public IReadOnlyCollection<string> Paths => _paths;

    /// <summary>Names that were set aside, and why.</summary>
    public IReadOnlyList<(string Name, string Reason)> Refused => _refused;

    /// <summary>Paths of pictures, by their extension; whether one is a picture its bytes decide later.</summary>
    public IEnumerable<string> Pictures => _paths.Where(IsPicture);

    /// <summary>Paths of films, likewise.</summary>
    public IEnumerable<string> Films => _paths.Where(FilmType.IsNamedLikeFilm);

    /// <summary>Opens a file; reading past its bounds throws.</summary>
    public abstract Stream Open(string path);

    /// <summary>The file a label file means: at that path, beside the label file, or anywhere if only one has that name.</summary>
    /// <param name="beside">Path of the file that names it.</param>
    public string? Find(string reference, string beside = "")
    {
        var path = Normal(reference);
        if (path.Length == 0) return null;
        if (_paths.TryGetValue(path, out var exact)) return exact;
        var folder = beside[..(beside.LastIndexOf('/') + 1)];
        if (_paths.TryGetValue(folder + path, out exact)) return exact;
        return _byName.GetValueOrDefault(NameOf(path));
    }

    /// <summary>The file an address in a bucket means, as in <c>gs://bucket/path</c>: its path begins after the bucket's name. Another reference is looked for as it is.</summary>
    /// <param name="scheme">Of the bucket, with its slashes.</param>
    /// <param name="beside">Path of the file that names it.</param>
    public string? FindInBucket(string reference, string scheme, string beside) =>
        Find(reference.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? reference[scheme.Length..].Split('/', 2)[^1] : reference, beside);

    /// <summary>The beginning of a text file.</summary>
    /// <param name="length">Characters at most.</param>
    public string Head(string path, int length = 16 * 1024)
    {
        using var reader = new StreamReader(Open(path), Encoding.UTF8);
        var text = new char[length];
        return new string(text, 0, reader.ReadBlock(text));
    }

    /// <summary>The first file with an extension whose beginning looks right; the manifest is none of them.</summary>
    public string? First(string extension, Func<string, bool> looksRight) =>
        _paths.FirstOrDefault(p => p.EndsWith(extension, StringComparison.OrdinalIgnoreCase) && p != ExchangeManifest.Path && looksRight(Head(p)));

    /// <summary>The first file of JSON objects, a line each, whose beginning has a property; by the extensions in their order.</summary>
    public string? FirstJsonLines(string property, params IEnumerable<string> extensions) => extensions
        .Select(extension => First(extension, head => head.TrimStart('\uFEFF').StartsWith('{') && head.Contains($"\"{property}\"", StringComparison.Ordinal))).FirstOrDefault(path => path is not null);

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static bool IsPicture(string path) => Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".WEBP" or ".GIF" or ".TIF" or ".TIFF" or ".AVIF";

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Takes a name from outside in, or sets it aside.</summary>
    /// <returns>Its good path, or null.</returns>
    protected string? Add(string name)
    {
        if (_paths.Count + _refused.Count >= ImportLimits.MaxEntries)
            throw new PortalException(StatusCode.InvalidRequest, $"There are more than {ImportLimits.MaxEntries:N0} files in it. Split it into several.");
        var path = name.Replace('\\', '/');
        var parts = path.Split('/');
        var reason = path.StartsWith('/') || (path.Length > 1 && path[1] == ':') ? "It is an absolute path."
            : parts.Any(p => p is ".." or ".") ? "Its path leads out of the archive."
            : path.Contains('\0', StringComparison.Ordinal) || path.Contains(':', StringComparison.Ordinal) ? "Its name holds a character that no file name may have."
            : parts.Length > ImportLimits.MaxDepth ? $"It lies deeper than {ImportLimits.MaxDepth} folders."
            : parts.Any(p => p.Length is 0 or > 255) ? "A part of its path is empty or longer than 255 characters."
            : null;
        // What desktop systems put beside people's files.
        if (reason is null && (parts[0] == "__MACOSX" || parts[^1] is ".DS_Store" or "Thumbs.db")) return null;
        if (reason is null && !_paths.Add(path)) reason = "There is another file with the same path.";
        if (reason is not null)
        {
            Refuse(name, reason);
            return null;
        }
        // A name that occurs twice is nobody's.
        if (!_byName.TryAdd(parts[^1], path)) _byName[parts[^1]] = null;
        return path;
    }

    protected void Refuse(string name, string reason) => _refused.Add((Text.Shown(name), reason));

    private static string Normal(string reference)
    {
        var path = reference.Replace('\\', '/');
        while (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        return path;
    }
}
