using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// The labels of a COCO document by image. They stand elsewhere than the images they are of, so they are kept: 16 bytes
/// an annotation, and some 40 an image, whose id is known by half its SHA-256.
/// </summary>
internal sealed class CocoAnnotations
{
    private const int ChunkLength = 1 << 16;
    private const int None = -1;

    private readonly JsonFile _document;
    private readonly List<string> _labels = [];
    private readonly Dictionary<string, int> _labelOfCategory = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Image> _images = [];

    // In chunks, since a list that grows would have all of it twice.
    private readonly List<Annotation[]> _chunks = [];
    private int _kept;
    private int _read;
    private int _notAskedFor;

    private CocoAnnotations(JsonFile document) => _document = document;

    /// <exception cref="PortalException">There are more than <see cref="ImportLimits.MaxAnnotations"/>.</exception>
    public static async Task<CocoAnnotations> ReadAsync(JsonFile document, CancellationToken ct)
    {
        var read = new CocoAnnotations(document);
        await foreach (var category in document.ItemsAsync(["categories"], ct))
        {
            read.AddCategory(category);
        }

        await foreach (var annotation in read.AnnotationsAsync(ct))
        {
            read.Add(annotation);
        }

        return read;
    }

    /// <summary>The labels of an image in their order, with the highest of each one's scores, if it has any.</summary>
    public IEnumerable<(string Label, double? Score)> Of(string imageId)
    {
        var highest = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        if (AskFor(imageId) is not { Last: var last and not None })
        {
            return [];
        }

        var at = last;
        do
        {
            at = At(at).Next;
            var (label, score) = (_labels[At(at).Label], At(at).Score);
            highest[label] = highest.TryGetValue(label, out var known) ? double.MaxNumber(known, score) : score;
        } while (at != last);
        return highest.Select(h => (h.Key, double.IsNaN(h.Value) ? (double?)null : h.Value));
    }

    /// <summary>Ids of images that were not asked for, in the order in which annotations first name them.</summary>
    public async IAsyncEnumerable<string> OfUnknownImagesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if (_notAskedFor == 0)
        {
            yield break;
        }

        await foreach (var annotation in AnnotationsAsync(ct))
        {
            if (AskFor(ImageOf(annotation)) is { IsAskedFor: false })
            {
                yield return ImageOf(annotation);
            }
        }
    }

    private static string ImageOf(JsonElement annotation) => annotation.Text("image_id") ?? "";

    private static Guid KeyOf(string imageId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(imageId.AsSpan()), hash);
        return new Guid(hash[..16]);
    }

    private IAsyncEnumerable<JsonElement> AnnotationsAsync(CancellationToken ct) =>
        _document.ItemsAsync(["annotations"], ct);

    private void AddCategory(JsonElement category)
    {
        if (category.Text("id") is not { } id || !_labelOfCategory.TryAdd(id, _labels.Count))
        {
            return;
        }

        _document.Keep(id);
        _labels.Add(_document.Keep(category.Text("name") ?? id));
    }

    private void Add(JsonElement annotation)
    {
        if (++_read > ImportLimits.MaxAnnotations)
        {
            throw new PortalException(
                StatusCode.InputOverLimit,
                $"'{_document.Name}' has more than {ImportLimits.MaxAnnotations:N0} annotations. Split it into "
                    + $"several files."
            );
        }

        ref var image = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _images,
            KeyOf(ImageOf(annotation)),
            out var isKnown
        );
        if (!isKnown)
        {
            image = new Image(None, IsAskedFor: false);
            _notAskedFor++;
        }
        if (
            annotation.Text("category_id") is not { } category
            || !_labelOfCategory.TryGetValue(category, out var label)
        )
        {
            return;
        }

        if (_kept % ChunkLength == 0)
        {
            _chunks.Add(new Annotation[ChunkLength]);
        }

        ref var added = ref At(_kept);
        added = new Annotation
        {
            Next = _kept,
            Label = label,
            Score = annotation.Number("score") ?? double.NaN,
        };
        if (image.Last != None)
        {
            (added.Next, At(image.Last).Next) = (At(image.Last).Next, _kept);
        }

        image = image with { Last = _kept++ };
    }

    /// <returns>What there was before; null if no annotation names the image.</returns>
    private Image? AskFor(string imageId)
    {
        ref var image = ref CollectionsMarshal.GetValueRefOrNullRef(_images, KeyOf(imageId));
        if (Unsafe.IsNullRef(ref image))
        {
            return null;
        }

        var before = image;
        if (!image.IsAskedFor)
        {
            _notAskedFor--;
        }

        image = image with { IsAskedFor = true };
        return before;
    }

    private ref Annotation At(int index) => ref _chunks[index / ChunkLength][index % ChunkLength];

    /// <param name="Last">Index of its last annotation, or <see cref="None"/>.</param>
    private readonly record struct Image(int Last, bool IsAskedFor);

    private struct Annotation
    {
        /// <summary>Index of the next annotation of the same image; after its last comes its first.</summary>
        public int Next;

        /// <summary>Index of its label.</summary>
        public int Label;

        /// <summary>Not a number where it has none.</summary>
        public double Score;
    }
}
