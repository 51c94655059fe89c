using System.Text.Json;
using Portal.Core.Domain.Exchange;
using Portal.Core.Engines.Archives;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>Reads the manifest of the portal's own exports.</summary>
internal static class ImportManifest
{
    public static bool IsIn(ImportFiles files) => files.Has(ExchangeManifest.Path);

    /// <summary>Null where there is none, or where it is another tool's.</summary>
    public static ExchangeManifest? Read(ImportFiles files)
    {
        if (!IsIn(files))
        {
            return null;
        }

        using var stream = new BoundedStream(
            files.Open(ExchangeManifest.Path),
            ImportLimits.MaxManifestBytes,
            ExchangeManifest.Path
        );
        try
        {
            var manifest = JsonSerializer.Deserialize<ExchangeManifest>(stream, ExchangeJson.Options);
            return manifest is { Portal: ExchangeManifest.CurrentVersion, Format: not null, Concepts: not null }
                ? manifest
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
