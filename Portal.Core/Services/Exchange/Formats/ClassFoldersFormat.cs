using System.Runtime.CompilerServices;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// A folder a concept (ImageFolder, YOLO classification, fastai): <c>train/cat/1.jpg</c>, unlabelled pictures in
/// <c>train/_unlabeled/</c>. A picture with several concepts stands in each of their folders. Read, the folder a
/// picture lies in is its concept, whatever lies above; a tree with no folders at all, and one whose only folder is
/// <c>images</c>, holds no labels.
/// </summary>
internal sealed class ClassFoldersFormat : ExchangeFormat
{
    private static readonly HashSet<string> NoConcepts = new(
        [
            ArchiveNames.Unlabelled,
            ExportContent.ImageFolder,
            "train",
            "val",
            "valid",
            "validation",
            "test",
            "data",
            "unlabeled",
            "unlabelled",
        ],
        StringComparer.OrdinalIgnoreCase
    );

    public override string Id => "folders";
    public override string Name => "Folders by concept";
    public override string Description =>
        "Pictures in a folder for each concept, as PyTorch's ImageFolder and YOLO classification read them.";
    public override ExchangeDetail Held => ExchangeDetail.SeveralConcepts | ExchangeDetail.Unlabelled;
    public override bool NeedsPictures => true;

    public override async Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct)
    {
        await foreach (var input in content.InputsAsync(ct))
        {
            if (input.Image is null)
            {
                continue;
            }

            var folders = input
                .Labels.Where(l => l.Value)
                .Select(l => ArchiveNames.OfId(l.Concept))
                .DefaultIfEmpty(ArchiveNames.Unlabelled);
            foreach (var folder in folders)
            {
                await archive.WritePictureAsync(
                    $"train/{folder}/{ArchiveNames.OfPicture(input)}",
                    content.OpenPicture(input),
                    ct
                );
            }
        }
    }

    public override bool Recognises(ImportFiles files) => files.HasPictures || files.Videos.Any();

    public override async IAsyncEnumerable<ImportedInput> ReadAsync(
        ImportFiles files,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var path in files.Pictures.Concat(files.Videos))
        {
            ct.ThrowIfCancellationRequested();
            var parts = path.Split('/');
            var folder = parts.Length > 1 ? parts[^2] : "";
            yield return new ImportedInput
            {
                Where = path,
                Reference = parts[^1],
                Picture = path,
                Tags =
                    folder.Length == 0 || NoConcepts.Contains(folder)
                        ? []
                        : [new ImportedTag(ArchiveNames.ToId(folder))],
            };
        }
        await Task.CompletedTask;
    }
}
