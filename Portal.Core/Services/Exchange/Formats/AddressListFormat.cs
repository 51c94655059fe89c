using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// A list of addresses to fetch pictures from: one a line, CSV with a header, or JSON Lines. Columns are found by their
/// names: the address, an id, concepts (several separated by ';', '|' or ','), and metadata as a JSON object or in
/// columns called <c>metadata.KEY</c>.
/// </summary>
internal sealed class AddressListFormat : ImportFormat
{
    private const string MetadataPrefix = "metadata.";
    private const int MaxCell = 64 * 1024;
    private static readonly string[] Extensions = [".txt", ".csv", ".jsonl", ".ndjson"];
    private static readonly string[] AddressColumns = ["url", "image_url", "address", "link", "uri", "href", "src"];
    private static readonly string[] ListColumns = ["concepts", "labels", "tags", "classes", "categories"];
    private static readonly string[] SingleColumns = ["concept", "label", "tag", "class", "category", "concept_id"];

    // What only a table of labels has: the CSV format reads those, with values and scores.
    private static readonly string[] OthersColumns =
    [
        "input_id",
        "file_name",
        "filename",
        "file",
        "image",
        "path",
        "image_path",
        "value",
        "score",
        "status",
    ];
    private static readonly char[] Separators = [';', '|', ','];
    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
    {
        MaxFieldSize = MaxCell,
        BadDataFound = null,
        MissingFieldFound = null,
    };

    private enum Layout
    {
        Lines,
        Csv,
        JsonLines,
    }

    public override string Id => "addresses";
    public override string Name => "List of addresses";

    public override bool Recognises(ImportFiles files) => Find(files) is not null;

    public override string? Explain(ImportFiles files)
    {
        if (Find(files) is not var (path, layout, first))
        {
            return null;
        }

        if (layout == Layout.Lines)
        {
            return "One address a line.";
        }

        var columns = layout == Layout.Csv ? Header(first) : [.. JsonNode.Parse(first)!.AsObject().Select(p => p.Key)];
        var roles = new Roles(columns);
        var read = new List<string> { $"Addresses from “{roles.Address}”" };
        if (roles.Id is not null)
        {
            read.Add($"ids from “{roles.Id}”");
        }

        if (roles.Concepts is not null)
        {
            read.Add($"concepts from “{roles.Concepts}”");
        }

        if (roles.Metadata.Count > 0)
        {
            read.Add($"metadata from {string.Join(", ", roles.Metadata.Select(c => $"“{c}”"))}");
        }

        var others = columns.Except(roles.Used).ToList();
        return $"{string.Join(", ", read)}.{(others.Count > 0 ? $" Not read: {Text.Shown(string.Join(", ", others))}." : "")}";
    }

    public override async Task<int> CountAsync(ImportFiles files, CancellationToken ct)
    {
        if (Find(files) is not var (path, layout, _))
        {
            return 0;
        }

        var count = layout == Layout.Csv ? -1 : 0;
        await foreach (var _ in BoundedLines.ReadAsync(files.Open(path), ct))
        {
            count++;
        }

        return count;
    }

    public override IAsyncEnumerable<ImportedInput> ReadAsync(ImportFiles files, CancellationToken ct)
    {
        var (path, layout, _) =
            Find(files)
            ?? throw new PortalException(
                StatusCode.InvalidRequest,
                "There is no list of addresses in it: one address a line, or a CSV or JSON Lines file with a column "
                    + "called url."
            );
        return layout == Layout.Csv ? CsvAsync(files, path, ct) : LinesAsync(files, path, layout, ct);
    }

    private static async IAsyncEnumerable<ImportedInput> LinesAsync(
        ImportFiles files,
        string path,
        Layout layout,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await foreach (var (number, line) in BoundedLines.ReadAsync(files.Open(path), ct))
        {
            yield return layout == Layout.JsonLines
                ? OfJson($"line {number}", line)
                : Item($"line {number}", line, null, [], null);
        }
    }

    private static async IAsyncEnumerable<ImportedInput> CsvAsync(
        ImportFiles files,
        string path,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        using var reader = new StreamReader(files.Open(path));
        using var csv = new CsvReader(reader, Configuration);
        if (!await csv.ReadAsync() || !csv.ReadHeader())
        {
            yield break;
        }

        var roles = new Roles(csv.HeaderRecord!);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            ImportedInput? item;
            try
            {
                item = await csv.ReadAsync() ? OfRow(csv, roles) : null;
            }
            catch (CsvHelperException e)
            {
                item = ImportedInput.Refused(
                    $"row {csv.Parser.Row}",
                    $"The row cannot be read: {e.Message.Split('\n')[0]}"
                );
            }
            if (item is null)
            {
                yield break;
            }

            yield return item;
        }
    }

    private static ImportedInput OfRow(CsvReader csv, Roles roles)
    {
        var where = $"row {csv.Parser.Row}";
        var metadata = new JsonObject();
        foreach (var column in roles.Metadata)
        {
            var text = Cell(column);
            if (text.Length == 0)
            {
                continue;
            }

            if (!IsObjectColumn(column))
            {
                metadata[column[MetadataPrefix.Length..]] = text;
            }
            else if (!TryMerge(metadata, text))
            {
                return ImportedInput.Refused(where, "Its metadata is no JSON object.");
            }
        }
        return Item(where, Cell(roles.Address), Cell(roles.Id), Labels(Cell(roles.Concepts), roles.HasLists), metadata);

        string Cell(string? column) =>
            column is null
                ? ""
                : SafeCells.Unguard(csv.TryGetField<string>(column, out var cell) ? cell ?? "" : "").Trim();
    }

    private static ImportedInput OfJson(string where, string line)
    {
        try
        {
            if (JsonNode.Parse(line) is not JsonObject entry)
            {
                return ImportedInput.Refused(where, "The line is no JSON object.");
            }

            var roles = new Roles([.. entry.Select(p => p.Key)]);
            var metadata = new JsonObject();
            foreach (var column in roles.Metadata)
            {
                if (!IsObjectColumn(column))
                {
                    metadata[column[MetadataPrefix.Length..]] = entry[column]?.DeepClone();
                }
                else if (entry[column] is JsonObject given)
                {
                    foreach (var (key, value) in given)
                    {
                        metadata[key] = value?.DeepClone();
                    }
                }
                else if (entry[column] is not null)
                {
                    return ImportedInput.Refused(where, "Its metadata is no JSON object.");
                }
            }
            string[] labels =
                roles.Concepts is null ? []
                : entry[roles.Concepts] is JsonArray list ? [.. list.Select(Label).OfType<string>()]
                : Labels(Scalar(entry[roles.Concepts]), roles.HasLists);
            return Item(
                where,
                roles.Address is null ? "" : Scalar(entry[roles.Address]),
                roles.Id is null ? null : Scalar(entry[roles.Id]),
                labels,
                metadata
            );
        }
        catch (JsonException)
        {
            return ImportedInput.Refused(where, "The line is no valid JSON.");
        }
    }

    private static ImportedInput Item(
        string where,
        string address,
        string? id,
        IReadOnlyList<string> labels,
        JsonObject? metadata
    )
    {
        if (address.Length == 0)
        {
            return ImportedInput.Refused(where, "There is no address in it.");
        }

        if (!IsAddress(address))
        {
            return ImportedInput.Refused(
                where,
                $"'{Text.Shown(address)}' is no address that begins with http:// or https://."
            ) with
            {
                Reference = address,
            };
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out _))
        {
            return ImportedInput.Refused(
                where,
                $"'{Text.Shown(address)}' is no valid address. Check its host and port."
            ) with
            {
                Reference = address,
            };
        }

        return new ImportedInput
        {
            Where = where,
            Id = string.IsNullOrEmpty(id) ? null : id,
            Reference = address,
            IsAddress = true,
            Metadata = metadata is { Count: > 0 } ? metadata : null,
            Tags = [.. labels.Distinct(StringComparer.Ordinal).Select(label => new ImportedTag(label))],
        };
    }

    /// <summary>The file with the list, how it is laid out, and its first line.</summary>
    private static (string Path, Layout Layout, string First)? Find(ImportFiles files)
    {
        foreach (var extension in Extensions)
        {
            if (files.First(extension, head => LayoutOf(FirstLine(head)) is not null) is not { } path)
            {
                continue;
            }

            var first = FirstLine(files.Head(path));
            return (path, LayoutOf(first)!.Value, first);
        }
        return null;
    }

    private static Layout? LayoutOf(string first)
    {
        if (IsAddress(first))
        {
            return Layout.Lines;
        }

        if (first.StartsWith('{'))
        {
            return IsEntry(first) ? Layout.JsonLines : null;
        }

        var columns = Array.ConvertAll(Header(first), c => c.ToLowerInvariant());
        return columns.Intersect(AddressColumns).Any() && !columns.Intersect(OthersColumns).Any() ? Layout.Csv : null;
    }

    private static bool IsEntry(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject entry
                && new Roles([.. entry.Select(p => p.Key)]).Address is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string FirstLine(string head) =>
        head.TrimStart('\uFEFF', '\r', '\n', ' ', '\t').Split('\n', 2)[0].Trim();

    private static string[] Header(string line)
    {
        using var csv = new CsvParser(new StringReader(line), Configuration);
        return csv.Read() ? Array.ConvertAll(csv.Record!, c => c.Trim()) : [];
    }

    private static string[] Labels(string text, bool isList) =>
        isList ? text.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : text.Length == 0 ? []
        : [text];

    /// <summary><c>"cat"</c>, or <c>{"id"}</c> or <c>{"name"}</c> as other tools write it.</summary>
    private static string? Label(JsonNode? node) =>
        node is JsonObject label ? Scalar(label["id"] ?? label["name"])
        : Scalar(node) is { Length: > 0 } text ? text
        : null;

    private static string Scalar(JsonNode? node) => node is JsonValue value ? value.ToString().Trim() : "";

    private static bool TryMerge(JsonObject metadata, string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject given)
            {
                return false;
            }

            foreach (var (key, value) in given)
            {
                metadata[key] = value?.DeepClone();
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsObjectColumn(string column) =>
        !column.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase);

    private static bool IsAddress(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Which column says what, by name; case is ignored.</summary>
    private sealed class Roles
    {
        public Roles(IReadOnlyList<string> columns)
        {
            Address = First(AddressColumns);
            Id = First(["id"]);
            Concepts = First(ListColumns) ?? First(SingleColumns);
            HasLists = Concepts is not null && ListColumns.Contains(Concepts, StringComparer.OrdinalIgnoreCase);
            Metadata =
            [
                .. columns.Where(c =>
                    c.Equals("metadata", StringComparison.OrdinalIgnoreCase)
                    || (
                        c.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase)
                        && c.Length > MetadataPrefix.Length
                    )
                ),
            ];

            string? First(string[] names) =>
                names
                    .Select(name => columns.FirstOrDefault(c => c.Equals(name, StringComparison.OrdinalIgnoreCase)))
                    .OfType<string>()
                    .FirstOrDefault();
        }

        public string? Address { get; }
        public string? Id { get; }
        public string? Concepts { get; }
        public bool HasLists { get; }
        public IReadOnlyList<string> Metadata { get; }
        public IEnumerable<string> Used => [.. ((string?[])[Address, Id, Concepts]).OfType<string>(), .. Metadata];
    }
}
