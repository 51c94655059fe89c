using System.Text;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Videos;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// The files of an import, whatever they lie in. A name from an archive is only ever looked up here, never made into a
/// path of the file system, and names that point out of the archive are set aside as <see cref="Refused"/>.
/// </summary>
public abstract class ImportFiles : IDisposable
{
    private static readonly string TooDeep = $"It lies deeper than {ImportLimits.MaxDepth} folders.";
    private readonly PathIndex _index = new();
    private readonly List<(string Name, string Reason)> _refused = [];
    private int _seen;

    /// <summary>Good paths with '/' between their parts, in the order of their UTF-8.</summary>
    public IReadOnlyCollection<string> Paths => _index;

    /// <summary>Names that were set aside, and why.</summary>
    public IReadOnlyList<(string Name, string Reason)> Refused => _refused;

    /// <summary>Paths of pictures, by their extension; whether one is a picture its bytes decide later.</summary>
    public IEnumerable<string> Pictures => _index.Where(IsPicture);

    /// <summary>Whether there are any <see cref="Pictures"/>.</summary>
    public bool HasPictures { get; private set; }

    /// <summary>Paths of videos, likewise.</summary>
    public IEnumerable<string> Videos => _index.Where(VideoType.IsNamedLikeVideo);

    /// <summary>Whether there is a file at exactly that path.</summary>
    public bool Has(string path) => _index.Find(path) is not null;

    /// <summary>Opens a file; reading past its bounds throws.</summary>
    public Stream Open(string path) =>
        Open(path, _index.Find(path) ?? throw new KeyNotFoundException($"There is no file '{Text.Shown(path)}'."));

    /// <summary>
    /// The file a label file means: at that path, beside the label file, or anywhere if only one has that name.
    /// </summary>
    /// <param name="beside">Path of the file that names it.</param>
    public string? Find(string reference, string beside = "")
    {
        var path = Normal(reference);
        if (path.Length == 0)
        {
            return null;
        }

        if (Has(path))
        {
            return path;
        }

        var folder = beside[..(beside.LastIndexOf('/') + 1)];
        if (folder.Length > 0 && Has(folder + path))
        {
            return folder + path;
        }
        // A name that occurs twice is nobody's.
        return Named(NameOf(path)).Take(2).ToList() is [var only] ? only : null;
    }

    /// <summary>The files with a name, whatever folder they lie in, in the order of <see cref="Paths"/>.</summary>
    public IEnumerable<string> Named(string name) => _index.Named(name);

    /// <summary>The first picture with a name that is this but for its extension, or null.</summary>
    public string? PictureCalled(string nameWithoutExtension) => _index.PictureCalled(nameWithoutExtension);

    /// <summary>The files with an extension, in the order of <see cref="Paths"/>; case is ignored.</summary>
    /// <param name="extension">ASCII, with its dot.</param>
    public IEnumerable<string> WithExtension(string extension) => _index.WithExtension(extension);

    /// <summary>
    /// The file an address in a bucket means, as in <c>gs://bucket/path</c>: its path begins after the bucket's name.
    /// Another reference is looked for as it is.
    /// </summary>
    /// <param name="scheme">Of the bucket, with its slashes.</param>
    /// <param name="beside">Path of the file that names it.</param>
    public string? FindInBucket(string reference, string scheme, string beside) =>
        Find(
            reference.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
                ? reference[scheme.Length..].Split('/', 2)[^1]
                : reference,
            beside
        );

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
        WithExtension(extension).FirstOrDefault(p => p != ExchangeManifest.Path && looksRight(Head(p)));

    /// <summary>
    /// The first file of JSON objects, a line each, whose beginning has a property; by the extensions in their order.
    /// </summary>
    public string? FirstJsonLines(string property, params IEnumerable<string> extensions) =>
        extensions
            .Select(extension =>
                First(
                    extension,
                    head =>
                        head.TrimStart('\uFEFF').StartsWith('{')
                        && head.Contains($"\"{property}\"", StringComparison.Ordinal)
                )
            )
            .FirstOrDefault(path => path is not null);

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static bool IsPicture(string path) =>
        Path.GetExtension(path).ToUpperInvariant()
            is ".JPG"
                or ".JPEG"
                or ".PNG"
                or ".WEBP"
                or ".GIF"
                or ".TIF"
                or ".TIFF"
                or ".AVIF"
                or ".BMP"
                or ".DIB"
                or ".PNM"
                or ".PBM"
                or ".PGM"
                or ".PPM";

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }

    /// <param name="number">Which of the files that were added it is, from 0.</param>
    protected abstract Stream Open(string path, int number);

    /// <summary>Takes a name from outside in, or sets it aside.</summary>
    /// <returns>Its number, or null.</returns>
    protected int? Add(string name)
    {
        var path = name.Replace('\\', '/');
        var parts = path.Split('/');
        var reason =
            path.StartsWith('/') || (path.Length > 1 && path[1] == ':') ? "It is an absolute path."
            : parts.Any(p => p is ".." or ".") ? "Its path leads out of the archive."
            : path.Contains('\0', StringComparison.Ordinal) || path.Contains(':', StringComparison.Ordinal)
                ? "Its name holds a character that no file name may have."
            : parts.Length > ImportLimits.MaxDepth ? TooDeep
            : parts.Any(p => p.Length is 0 or > 255) ? "A part of its path is empty or longer than 255 characters."
            : null;
        // What desktop systems put beside people's files.
        if (reason is null && (parts[0] == "__MACOSX" || parts[^1] is ".DS_Store" or "Thumbs.db"))
        {
            return null;
        }

        if (reason is not null)
        {
            Refuse(name, reason);
            return null;
        }
        CountOne();
        var number = _index.Add(path);
        if (_index.Bytes > ImportLimits.MaxPathBytes)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"The paths of the files in it are longer than {ImportLimits.MaxPathBytes:N0} bytes together. Split "
                    + $"it into several."
            );
        }

        HasPictures |= IsPicture(path);
        return number;
    }

    protected void Refuse(string name, string reason)
    {
        CountOne();
        SetAside(name, reason);
    }

    /// <summary>Called once when all files have been added; nothing is found before.</summary>
    protected void Seal()
    {
        foreach (var twin in _index.Seal())
        {
            SetAside(twin, "There is another file with the same path.");
        }
    }

    private void CountOne()
    {
        if (++_seen > ImportLimits.MaxEntries)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"There are more than {ImportLimits.MaxEntries:N0} files in it. Split it into several."
            );
        }
    }

    private void SetAside(string name, string reason) => _refused.Add((Text.Shown(name), reason));

    private static string Normal(string reference)
    {
        var path = reference.Replace('\\', '/');
        var start = 0;
        while (path.AsSpan(start).StartsWith("./"))
        {
            start += 2;
        }

        return path[start..];
    }
}
