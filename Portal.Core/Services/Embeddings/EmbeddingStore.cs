using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Embedding;
using Portal.Core.Engines.Images;
using Portal.Core.Platform;

namespace Portal.Core.Services.Embeddings;

/// <summary>Makes and reads embeddings of the portal's current embedder.</summary>
public sealed class EmbeddingStore(
    IDbContextFactory<PortalDbContext> contexts,
    IImageDecoder decoder,
    IImageEmbedder embedder,
    TimeProvider clock
) : IDisposable
{
    /// <summary>From so many embeddings on there are codes, around the mean of the first so many.</summary>
    internal const int LeastCoded = 4096;

    private const int StoredBetweenLooks = 64;
    private readonly SemaphoreSlim _registering = new(1, 1);
    private long? _embedderId;
    private volatile EmbeddingCoder? _coder;
    private int _storedSinceLook;

    public int Dimensions => embedder.Dimensions;

    /// <summary>The current embedder's row, made at its first use.</summary>
    public async ValueTask<long> EmbedderIdAsync(CancellationToken ct)
    {
        if (_embedderId is { } known)
        {
            return known;
        }

        await _registering.WaitAsync(ct);
        try
        {
            if (_embedderId is { } meanwhile)
            {
                return meanwhile;
            }

            await using var db = await contexts.CreateDbContextAsync(ct);
            var key = embedder.Identity.Key;
            var row = await db.Embedders.SingleOrDefaultAsync(e => e.Key == key, ct);
            if (row is null)
            {
                row = new Embedder
                {
                    Key = key,
                    Dimensions = embedder.Dimensions,
                    CreatedAt = clock.GetUtcNow().UtcDateTime,
                };
                db.Embedders.Add(row);
                await db.SaveChangesAsync(ct);
            }
            _embedderId = row.Id;
            return row.Id;
        }
        finally
        {
            _registering.Release();
        }
    }

    /// <summary>
    /// The coder of the current embedder's vectors; null while there are fewer than <see cref="LeastCoded"/>. Whoever
    /// asks first when there are enough makes the centre, and the codes of what was stored before.
    /// </summary>
    internal async ValueTask<EmbeddingCoder?> CoderAsync(CancellationToken ct)
    {
        if (_coder is { } known)
        {
            return known;
        }

        var embedderId = await EmbedderIdAsync(ct);
        await _registering.WaitAsync(ct);
        try
        {
            if (_coder is { } meanwhile)
            {
                return meanwhile;
            }

            await using var db = await contexts.CreateDbContextAsync(ct);
            var row = await db.Embedders.SingleAsync(e => e.Id == embedderId, ct);
            if (row.CodeCentre is not { } centre)
            {
                return _coder = await MakeCentreAsync(db, row, ct);
            }

            return _coder = new EmbeddingCoder(MemoryMarshal.Cast<byte, float>(centre).ToArray());
        }
        finally
        {
            _registering.Release();
        }
    }

    /// <summary>
    /// The code of a vector that is about to be stored, to be stored with it; null while there is no centre.
    /// </summary>
    internal async ValueTask<byte[]?> EncodeAsync(Half[] vector, CancellationToken ct)
    {
        // Where there is no centre yet, the database is not asked for one at each picture.
        if (_coder is null && Interlocked.Increment(ref _storedSinceLook) % StoredBetweenLooks != 1)
        {
            return null;
        }

        return (await CoderAsync(ct))?.Encode(vector);
    }

    /// <summary>Decodes an image file on the calling thread, and embeds it.</summary>
    /// <returns>The half-precision vector every score is computed from.</returns>
    public Task<Half[]> EmbedAsync(string imagePath, CancellationToken ct) => EmbedAsync(imagePath, embedder, ct);

    /// <summary>
    /// Decodes an image file on the calling thread, and embeds it with another embedder than the current one.
    /// </summary>
    public async Task<Half[]> EmbedAsync(string imagePath, IImageEmbedder with, CancellationToken ct)
    {
        var length = with.Side * with.Side * 3;
        // Rented: a new array of this size each time is a full garbage collection every few pictures.
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            using (Telemetry.Begin("decode"))
            {
                decoder.DecodeSquare(imagePath, with.Side, buffer.AsSpan(0, length), ct);
            }

            using var embedding = Telemetry.Begin("embed");
            return await LowPriority.RunAsync(
                () =>
                {
                    var vector = new Half[with.Dimensions];
                    with.Embed(buffer.AsSpan(0, length), 1, vector);
                    return vector;
                },
                Waiting.Nobody,
                ct
            );
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The current embedder, for people: <c>resnet18@288</c>.</summary>
    public string CurrentName => EmbedderIdentity.Shown(embedder.Identity.Key);

    /// <summary>The stored vector of an input, or null while it has none of the current embedder.</summary>
    public async Task<Half[]?> LoadAsync(long inputId, CancellationToken ct) =>
        await LoadAsync(inputId, await EmbedderIdAsync(ct), ct);

    /// <summary>The stored vector of an input, or null while it has none of an embedder.</summary>
    public async Task<Half[]?> LoadAsync(long inputId, long embedderId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var bytes = await db
            .InputEmbeddings.Where(e => e.InputId == inputId && e.EmbedderId == embedderId)
            .Select(e => e.Vector)
            .SingleOrDefaultAsync(ct);
        return bytes is null ? null : FromBytes(bytes);
    }

    /// <summary>The stored vector of an input.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.InputInvalidArgument"/> while it has none of this
    /// embedder.</exception>
    public async Task<Half[]> GetAsync(Input input, CancellationToken ct) =>
        await LoadAsync(input.Id, ct) ?? throw Missing(input);

    /// <summary>What to say of an input that has no vector of an embedder.</summary>
    /// <param name="embedderName">The embedder, for people; null: the current one.</param>
    public PortalException Missing(Input input, string? embedderName = null) =>
        new(
            StatusCode.InputInvalidArgument,
            input.Status == StatusCode.InputSuccess
                ? embedderName is null
                    ? $"The input '{input.ExternalId}' has no vector of {CurrentName}, the embedder of now, yet. "
                        + $"Re-embed the app's inputs on its Jobs page."
                    : $"The input '{input.ExternalId}' has no vector of {embedderName}, on whose vectors the model "
                        + $"was trained. Train the model again, and use its new version."
                : $"The input '{input.ExternalId}' is not processed yet. Wait until it is, and try again.",
            input.ExternalId
        );

    /// <summary>Stores the centre and the codes of those it is the mean of, in one transaction.</summary>
    /// <returns>Null where there are too few, or one of them was just deleted.</returns>
    private async Task<EmbeddingCoder?> MakeCentreAsync(PortalDbContext db, Embedder row, CancellationToken ct)
    {
        using (var count = new BulkReader(contexts, BulkStatements.CountOfVectors))
        {
            if (!count.With(row.Id, LeastCoded).Read() || count.Long(0) < LeastCoded)
            {
                return null;
            }
        }
        var vectors = new List<(long InputId, Half[] Vector)>(LeastCoded);
        using (var first = new BulkReader(contexts, BulkStatements.FirstVectors))
        {
            first.With(row.Id, LeastCoded);
            while (first.Read())
            {
                vectors.Add((first.Long(0), FromBytes(first.Bytes(1))));
            }
        }
        var centre = EmbeddingCoder.CentreOf(vectors.ConvertAll(v => v.Vector));
        var coder = new EmbeddingCoder(centre);
        row.CodeCentre = MemoryMarshal.AsBytes<float>(centre).ToArray();
        foreach (var (inputId, vector) in vectors)
        {
            db.EmbeddingCodes.Add(
                new EmbeddingCode
                {
                    InputId = inputId,
                    EmbedderId = row.Id,
                    Code = coder.Encode(vector),
                }
            );
        }

        try
        {
            await db.SaveChangesAsync(ct);
            return coder;
        }
        catch (DbUpdateException)
        {
            return null;
        }
    }

    public static byte[] ToBytes(ReadOnlySpan<Half> vector) => MemoryMarshal.AsBytes(vector).ToArray();

    public static Half[] FromBytes(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, Half>(bytes).ToArray();

    public void Dispose() => _registering.Dispose();
}
