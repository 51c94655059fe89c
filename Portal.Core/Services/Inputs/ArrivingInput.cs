using Portal.Core.Data.Files;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Images;

namespace Portal.Core.Services.Inputs;

/// <summary>
/// A picture whose bytes have been received, on its way to a row. Disposed before it has one, it leaves nothing behind.
/// </summary>
internal sealed class ArrivingInput(NewInput wanted, string externalId, string metadata, IncomingBlob blob)
    : IDisposable
{
    private InputQuota.Room? _room;

    public NewInput Wanted => wanted;
    public string ExternalId => externalId;

    /// <summary>A JSON object.</summary>
    public string Metadata => metadata;

    public IncomingBlob Blob => blob;

    /// <summary>What the picture says of itself, once it was checked and kept.</summary>
    public ImageHeader? Header { get; private set; }

    /// <summary>The row, once it was added.</summary>
    public Input? Row { get; set; }

    public void Keep(ImageHeader header, InputQuota.Room room) => (Header, _room) = (header, room);

    /// <summary>Its row is committed.</summary>
    public void Stay() => _room!.Keep();

    public void Dispose()
    {
        // Kept bytes that no row names are removed by the cleanup at the next start; another upload may be naming them
        // right now.
        BlobStore.Discard(blob);
        _room?.Dispose();
    }
}
