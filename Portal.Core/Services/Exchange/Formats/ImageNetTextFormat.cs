using System.Globalization;
using System.Runtime.CompilerServices;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// ImageNet's text lists: <c>synsets.txt</c> names a concept a line, <c>train.txt</c> a picture a line with the numbers
/// of its concepts.
/// </summary>
internal sealed class ImageNetTextFormat : ExchangeFormat
{
    private const string Names = "synsets.txt";

    public override string Id => "imagenet";
    public override string Name => "ImageNet lists";
    public override string Description => "Plain text: a list of concepts, and a list of pictures with their numbers.";
    public override ExchangeDetail Held => ExchangeDetail.SeveralConcepts | ExchangeDetail.Unlabelled;

    public override async Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct)
    {
        var numbers = content.Concepts.Index().ToDictionary(c => c.Item.Id, c => c.Index, StringComparer.Ordinal);
        await archive.WriteTextAsync(
            Names,
            async writer =>
            {
                foreach (var concept in content.Concepts)
                {
                    await writer.WriteLineAsync(concept.Id);
                }
            }
        );
        await archive.WriteTextAsync(
            "train.txt",
            async writer =>
            {
                await foreach (var input in content.InputsAsync(ct))
                {
                    var labels = input
                        .Labels.Where(l => l.Value)
                        .Select(l => " " + numbers[l.Concept].ToString(CultureInfo.InvariantCulture));
                    await writer.WriteLineAsync(ArchiveNames.OfPicture(input) + string.Concat(labels));
                }
            }
        );
    }

    public override bool Recognises(ImportFiles files) => NamesFile(files) is not null;

    public override async IAsyncEnumerable<ImportedInput> ReadAsync(
        ImportFiles files,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var namesFile =
            NamesFile(files) ?? throw new PortalException(StatusCode.InvalidRequest, $"There is no {Names} in it.");
        var names = new List<string>();
        await foreach (var (_, line) in BoundedLines.ReadAsync(files.Open(namesFile), ct))
        {
            names.Add(line.Split(' ', 2)[0]);
        }

        foreach (var path in files.WithExtension(".txt").Where(p => p != namesFile))
        {
            await foreach (var (number, line) in BoundedLines.ReadAsync(files.Open(path), ct))
            {
                yield return Read(files, path, $"{path} line {number}", line, names);
            }
        }
    }

    private static string? NamesFile(ImportFiles files) => files.Named(Names).FirstOrDefault();

    private static ImportedInput Read(ImportFiles files, string path, string where, string line, List<string> names)
    {
        // A picture's name may hold blanks; the numbers at the end do not belong to it.
        var words = line.Split(' ');
        var numbers = words
            .Skip(1)
            .Reverse()
            .TakeWhile(w => int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(w => int.Parse(w, CultureInfo.InvariantCulture))
            .Reverse()
            .ToList();
        var reference = string.Join(' ', words[..^numbers.Count]);
        if (numbers.Any(n => n >= names.Count))
        {
            return ImportedInput.Refused(where, $"It has a number for which {Names} has no line.");
        }

        return new ImportedInput
        {
            Where = where,
            Id =
                ImportManifest.IsIn(files) && !files.HasPictures
                    ? ArchiveNames.ToId(Path.GetFileNameWithoutExtension(reference))
                    : null,
            Reference = reference,
            Picture = files.Find(reference, path),
            Tags = [.. numbers.Distinct().Select(n => new ImportedTag(names[n]))],
        };
    }
}
