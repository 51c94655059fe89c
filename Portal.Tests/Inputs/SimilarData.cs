using Portal.Core.Data;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Embeddings;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

/// <summary>Inputs with made-up vectors, of the length of the embedder's.</summary>
internal static class SimilarData
{
    /// <summary>A vector of independent numbers from 0 to 1, most of them small.</summary>
    public static Half[] Draw(Random random, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => (Half)Math.Pow(random.NextDouble(), 3))];

    /// <summary>Adds inputs <c>i0</c>, <c>i1</c> … that are processed and have a vector each.</summary>
    /// <param name="clusters">Vectors lie around so many; 0: each is drawn by itself.</param>
    /// <returns>Their keys, in this order.</returns>
    public static async Task<List<long>> FillAsync(CoreHost core, int count, int clusters)
    {
        var random = new Random(2);
        var store = core.Get<EmbeddingStore>();
        var embedderId = await store.EmbedderIdAsync(default);
        Half[][] centres = [.. Enumerable.Range(0, clusters).Select(_ => Draw(random, store.Dimensions))];
        var keys = new List<long>();
        await using var db = core.Db();
        foreach (var chunk in Enumerable.Range(0, count).Chunk(2000))
        {
            db.ChangeTracker.Clear();
            var inputs = chunk.Select(i => New(core, i)).ToList();
            db.AddRange(inputs);
            await db.SaveChangesAsync();
            foreach (var input in inputs)
            {
                var vector = Draw(random, store.Dimensions);
                if (clusters > 0)
                {
                    var centre = centres[random.Next(clusters)];
                    for (var i = 0; i < vector.Length; i++)
                    {
                        vector[i] = centre[i] + (Half)0.7f * vector[i];
                    }
                }
                db.Add(
                    new InputEmbedding
                    {
                        InputId = input.Id,
                        EmbedderId = embedderId,
                        Vector = EmbeddingStore.ToBytes(vector),
                    }
                );
            }
            await db.SaveChangesAsync();
            keys.AddRange(inputs.Select(i => i.Id));
        }
        return keys;
    }

    private static Input New(CoreHost core, int i) =>
        new()
        {
            AppId = core.App.Id,
            ExternalId = $"i{i}",
            FileName = $"{i}.png",
            Status = StatusCode.InputSuccess,
            ContentHash = i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture),
            MediaType = "image/png",
        };
}
