using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Errors;

namespace Portal.Features.InputPage;

public sealed partial class MetadataEditor
{
    // For a text box, where markup means nothing.
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private List<Row> _rows = [];
    private string? _raw;
    private string? _loaded;
    private string? _problem;
    private bool _changed;

    /// <summary>A JSON object.</summary>
    [Parameter, EditorRequired]
    public string Metadata { get; set; } = "{}";

    /// <summary>Whether it is only shown.</summary>
    [Parameter]
    public bool IsFixed { get; set; }

    [Parameter]
    public EventCallback<JsonObject> OnSave { get; set; }

    protected override void OnParametersSet()
    {
        // What is being typed outlives a refresh of the page around it.
        if (_changed || _loaded == Metadata)
        {
            return;
        }

        Load();
    }

    private void Load()
    {
        _loaded = Metadata;
        _rows = ToRows(JsonNode.Parse(Metadata)!.AsObject());
        if (_raw is not null)
        {
            _raw = JsonNode.Parse(Metadata)!.ToJsonString(Indented);
        }

        _problem = null;
        _changed = false;
    }

    private void Add() => _rows.Add(new Row { IsText = true });

    private void Remove(Row row)
    {
        _rows.Remove(row);
        _changed = true;
    }

    private void ToggleRaw()
    {
        if (!TryRead(out var metadata))
        {
            return;
        }

        (_raw, _rows) = _raw is null ? (metadata.ToJsonString(Indented), _rows) : (null, ToRows(metadata));
    }

    private async Task SaveAsync()
    {
        if (!TryRead(out var metadata))
        {
            return;
        }

        try
        {
            // The page answers with new metadata while this still runs.
            _changed = false;
            await OnSave.InvokeAsync(metadata);
        }
        catch (PortalException e)
        {
            (_problem, _changed) = (e.Message, true);
        }
    }

    private bool TryRead(out JsonObject metadata)
    {
        _problem = null;
        metadata = [];
        try
        {
            if (_raw is not null)
            {
                if (JsonNode.Parse(_raw) is JsonObject typed)
                {
                    metadata = typed;
                }
                else
                {
                    _problem = "Metadata is a JSON object: it begins with { and ends with }.";
                }
            }
            else
            {
                foreach (var row in _rows.Where(r => r.Key.Length > 0 || r.Value.Length > 0))
                {
                    Add(metadata, row);
                }
            }
        }
        catch (JsonException e)
        {
            _problem = $"This is no JSON yet: line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}.";
        }
        return _problem is null;
    }

    private void Add(JsonObject metadata, Row row)
    {
        if (row.Key.Length == 0)
        {
            _problem = $"The value '{Text.Shown(row.Value)}' has no key. Give it one, or remove the row.";
        }
        else if (metadata.ContainsKey(row.Key))
        {
            _problem = $"The key '{Text.Shown(row.Key)}' is there twice. Rename one of them.";
        }
        else
        {
            metadata[row.Key] = row.ToNode();
        }
    }

    private static List<Row> ToRows(JsonObject metadata) =>
        [
            .. metadata.Select(pair => new Row
            {
                Key = pair.Key,
                IsText = pair.Value?.GetValueKind() == JsonValueKind.String,
                Value =
                    pair.Value?.GetValueKind() == JsonValueKind.String
                        ? pair.Value.GetValue<string>()
                        : pair.Value?.ToJsonString() ?? "null",
            }),
        ];

    private sealed class Row
    {
        public string Key { get; set; } = "";
        public string Value { get; set; } = "";

        /// <summary>
        /// False for a number, a truth value, a list or an object: it stays one as long as what is typed can be read as
        /// one.
        /// </summary>
        public bool IsText { get; init; }

        public JsonNode? ToNode()
        {
            if (IsText)
            {
                return JsonValue.Create(Value);
            }

            try
            {
                return JsonNode.Parse(Value);
            }
            catch (JsonException)
            {
                return JsonValue.Create(Value);
            }
        }
    }
}
