using System.Runtime.CompilerServices;
using System.Xml;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// CVAT for images 1.1: <c>annotations.xml</c> with a tag for each concept, <c>manual</c> or <c>auto</c>. Shapes that
/// come in say that their label is on the picture.
/// </summary>
internal sealed class CvatFormat : ExchangeFormat
{
    private static readonly XmlReaderSettings Reading = new()
    {
        Async = true,
        // No entities: neither files from outside nor a document that grows when it is read.
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    public override string Id => "cvat";
    public override string Name => "CVAT for images";
    public override string Description => "CVAT's XML 1.1 with tags, manual or auto.";
    public override ExchangeDetail Held =>
        ExchangeDetail.SeveralConcepts | ExchangeDetail.Maker | ExchangeDetail.Unlabelled;

    public override Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct) =>
        archive.WriteTextAsync(
            "annotations.xml",
            async writer =>
            {
                await using var xml = XmlWriter.Create(
                    writer,
                    new XmlWriterSettings
                    {
                        Async = true,
                        Indent = true,
                        NewLineChars = "\n",
                        CheckCharacters = true,
                    }
                );
                await xml.WriteStartDocumentAsync();
                xml.WriteStartElement("annotations");
                xml.WriteElementString("version", "1.1");
                WriteLabels(xml, content.Concepts);
                var id = 0;
                await foreach (var input in content.InputsAsync(ct))
                {
                    xml.WriteStartElement("image");
                    xml.WriteAttributeString("id", XmlConvert.ToString(id++));
                    xml.WriteAttributeString("name", ArchiveNames.OfPicture(input));
                    xml.WriteAttributeString("width", XmlConvert.ToString(input.Width));
                    xml.WriteAttributeString("height", XmlConvert.ToString(input.Height));
                    foreach (var label in input.Labels.Where(l => l.Value))
                    {
                        xml.WriteStartElement("tag");
                        xml.WriteAttributeString("label", label.Concept);
                        xml.WriteAttributeString("source", label.Human ? "manual" : "auto");
                        xml.WriteEndElement();
                    }
                    xml.WriteEndElement();
                    await xml.FlushAsync();
                }
                xml.WriteEndElement();
                await xml.WriteEndDocumentAsync();
            }
        );

    public override bool Recognises(ImportFiles files) => File(files) is not null;

    public override async IAsyncEnumerable<ImportedInput> ReadAsync(
        ImportFiles files,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var path =
            File(files)
            ?? throw new PortalException(
                StatusCode.InvalidRequest,
                "There is no CVAT document in it: XML with an 'annotations' element."
            );
        await using var stream = files.Open(path);
        using var xml = XmlReader.Create(stream, Reading);
        var number = 0;
        while (await NextImageAsync(xml, path))
        {
            ct.ThrowIfCancellationRequested();
            yield return await ReadAsync(xml, files, path, $"image {++number}");
        }
    }

    private static string? File(ImportFiles files) =>
        files.First(".xml", head => head.Contains("<annotations", StringComparison.Ordinal));

    private static void WriteLabels(XmlWriter xml, IReadOnlyList<ExchangeConcept> concepts)
    {
        xml.WriteStartElement("meta");
        xml.WriteStartElement("task");
        xml.WriteStartElement("labels");
        foreach (var concept in concepts)
        {
            xml.WriteStartElement("label");
            xml.WriteElementString("name", concept.Id);
            xml.WriteElementString("type", "tag");
            xml.WriteEndElement();
        }
        for (var i = 0; i < 3; i++)
        {
            xml.WriteEndElement();
        }
    }

    private static async Task<bool> NextImageAsync(XmlReader xml, string path)
    {
        try
        {
            while (await xml.ReadAsync())
            {
                if (xml is { NodeType: XmlNodeType.Element, Name: "image", Depth: 1 })
                {
                    return true;
                }
            }
            return false;
        }
        catch (XmlException e)
        {
            throw Broken(path, e);
        }
    }

    private static async Task<ImportedInput> ReadAsync(XmlReader xml, ImportFiles files, string path, string where)
    {
        var name = xml.GetAttribute("name");
        var tags = new List<ImportedTag>();
        try
        {
            var isEmpty = xml.IsEmptyElement;
            while (!isEmpty && await xml.ReadAsync() && xml is not { NodeType: XmlNodeType.EndElement, Depth: 1 })
            {
                if (
                    xml is { NodeType: XmlNodeType.Element, Depth: 2 }
                    && xml.GetAttribute("label") is { Length: > 0 } label
                )
                {
                    tags.Add(new ImportedTag(label, Machine: xml.GetAttribute("source") is "auto" or "semi-auto"));
                }
            }
        }
        catch (XmlException e)
        {
            throw Broken(path, e);
        }
        if (string.IsNullOrEmpty(name))
        {
            return ImportedInput.Refused(where, "The image has no name.");
        }

        return new ImportedInput
        {
            Where = where,
            Id = OwnId(files, name),
            Reference = name,
            Picture = files.Find(name, path),
            Tags = [.. tags.Distinct()],
        };
    }

    /// <summary>
    /// An export of the portal names pictures by their input's id; without pictures that is all there is to find the
    /// input by.
    /// </summary>
    private static string? OwnId(ImportFiles files, string name) =>
        ImportManifest.IsIn(files) && !files.HasPictures
            ? ArchiveNames.ToId(Path.GetFileNameWithoutExtension(name))
            : null;

    private static PortalException Broken(string path, XmlException e) =>
        new(StatusCode.InvalidRequest, $"'{Text.Shown(path)}' is no XML the portal reads: {e.Message}", path, e);
}
