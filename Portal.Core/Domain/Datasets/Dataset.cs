using Portal.Core.Domain.Ids;

namespace Portal.Core.Domain.Datasets;

/// <summary>
/// What a filter found at one moment, kept under a name: inputs and all that was said of them then. Its pages never
/// change once it is ready.
/// </summary>
public sealed class Dataset : IHideable
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string ExternalId { get; set; }
    public required string Name { get; set; }

    /// <summary>The query string of the Explorer's address; null for all of the app.</summary>
    public string? FilterText { get; set; }

    /// <summary>Null while its pages are being written.</summary>
    public DateTime? ReadyAt { get; set; }

    public int Inputs { get; set; }

    /// <summary>✓ labels.</summary>
    public int Present { get; set; }

    /// <summary>✗ labels.</summary>
    public int Absent { get; set; }

    /// <summary>A <see cref="DatasetHeader"/>, as JSON.</summary>
    public string Header { get; set; } = "{}";

    public long CreatedById { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime? DeletedAt { get; set; }
}

/// <summary>Some of a dataset's inputs, in ascending order of key.</summary>
public sealed class DatasetPage
{
    public long DatasetId { get; set; }

    /// <summary>From 0.</summary>
    public int Number { get; set; }

    /// <summary>Lines of <see cref="FrozenInput"/> as JSON, packed with Brotli.</summary>
    public required byte[] Lines { get; set; }
}
