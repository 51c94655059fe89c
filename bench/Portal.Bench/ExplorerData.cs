using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Services.Embeddings;

namespace Portal.Bench;

/// <summary>
/// Fills an app with inputs, three annotations each, labels, decisions' traces and embeddings, in bulk. Embeddings are
/// non-negative mixtures around centres with noise, of which some centres are near others, so that neighbours have to
/// be told apart.
/// </summary>
internal static class ExplorerData
{
    private const int Centres = 1000;
    private const long Start = 1_700_000_000_000_000;
    private static readonly int[] Statuses = [24150, 24150, 24150, 24151, 24158];

    /// <param name="withTags">Annotations and labels.</param>
    /// <param name="hashes">Of stored pictures, which the inputs show in turn; null for pictures that are not there,
    /// two inputs each.</param>
    public static async Task FillAsync(
        BenchPortal portal,
        int size,
        bool withTags,
        bool withEmbeddings,
        IReadOnlyList<string>? hashes = null
    )
    {
        var (conceptIds, workflowId, versionId) = await portal.NamesAsync();
        var embeddings = portal.Get<EmbeddingStore>();
        var (appId, userId, embedderId) = (portal.AppId, portal.UserId, await embeddings.EmbedderIdAsync(default));
        await using var connection = new SqliteConnection(
            $"Data Source={portal.Get<IOptions<StorageOptions>>().Value.DatabasePath}"
        );
        connection.Open();
        // A crash here loses nothing that is worth a flush, and the index is read anew after this, so nothing needs the
        // log of changes.
        Execute(
            connection,
            "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; DELETE FROM Labels; DELETE FROM Annotations; "
                + "DELETE FROM Inputs;"
        );
        var triggers = Read(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'");
        foreach (var (name, _) in triggers)
        {
            Execute(connection, $"DROP TRIGGER \"{name}\";");
        }

        var random = new Random(7);
        var vectors = new Vectors(embeddings.Dimensions, random);
        using var input = Prepare(
            connection,
            "INSERT INTO Inputs (Id, AppId, ExternalId, CreatedById, Status, ContentHash, ByteLength, MediaType, "
                + "Width, Height, FileName, Metadata, ClaimToken, Attempts, CreatedAt, ModifiedAt) "
                + $"VALUES ($1, {appId}, $2, {userId}, $3, $4, 1000, 'image/jpeg', 400, 300, $5, $6, 0, 1, $7, $7)",
            7
        );
        using var annotation = Prepare(
            connection,
            "INSERT INTO Annotations (AppId, ExternalId, InputId, ConceptId, Value, Status, WrittenStatus, Score, "
                + "WrittenAsId, Origin, WorkflowId, WorkflowVersionId, NodeId, ReviewedById, ReviewRequested, "
                + "CreatedAt, ModifiedAt) "
                + $"VALUES ({appId}, $1, $2, $3, $4, $5, $12, $6, {userId}, $7, $8, $9, $10, $11, 0, {Start}, {Start})",
            12
        );
        using var label = Prepare(
            connection,
            $"INSERT INTO Labels (InputId, ConceptId, AppId, Value, IsHuman) VALUES ($1, $2, {appId}, $3, $4)",
            4
        );
        using var embedding = Prepare(
            connection,
            $"INSERT INTO InputEmbeddings (InputId, EmbedderId, Vector) VALUES ($1, {embedderId}, $2)",
            2
        );
        for (var from = 1; from <= size; from += 50_000)
        {
            using var transaction = connection.BeginTransaction();
            input.Transaction = annotation.Transaction = label.Transaction = embedding.Transaction = transaction;
            for (var id = from; id < Math.Min(from + 50_000, size + 1); id++)
            {
                Set(
                    input,
                    id,
                    $"i{id}",
                    id % 97 == 0 ? 30002 : 30000,
                    hashes?[id % hashes.Count]
                        ?? (id / 2).ToString("x16", CultureInfo.InvariantCulture).PadLeft(64, '0'),
                    $"{(id % 3 == 0 ? "IMG" : "park")}_{id:000000}.jpg",
                    id % 4 == 0 ? "{}" : $$"""{"camera":"c{{id % 7}}","place":"p{{id % 1000}}"}""",
                    Start + id * 1_000_000L
                );
                if (withEmbeddings)
                {
                    Set(embedding, id, vectors.Next());
                }

                if (!withTags || id % 10 == 0)
                {
                    continue;
                }

                var first = random.Next(conceptIds.Count);
                // Nine inputs of ten carry them, so three a input on average.
                for (var k = 0; k < (id % 3 == 0 ? 4 : 3); k++)
                {
                    var (concept, human) = (conceptIds[(first + 3 * k) % conceptIds.Count], k == 0 && id % 5 == 0);
                    var (status, value) = (human ? 24150 : Statuses[random.Next(Statuses.Length)], random.Next(8) > 0);
                    Set(
                        annotation,
                        $"a{id}-{k}",
                        id,
                        concept,
                        value ? 1 : 0,
                        status,
                        human ? DBNull.Value : random.NextDouble(),
                        human ? 0 : 1,
                        human ? DBNull.Value : workflowId,
                        human ? DBNull.Value : versionId,
                        human ? DBNull.Value : $"write-{k}",
                        status == 24158 ? userId : DBNull.Value,
                        // What was rejected had waited for it.
                        status == 24158
                            ? 24151
                            : status
                    );
                    if (status == 24150)
                    {
                        Set(label, id, concept, value ? 1 : 0, human ? 1 : 0);
                    }
                }
            }
            transaction.Commit();
        }
        foreach (var (_, sql) in triggers)
        {
            Execute(connection, sql);
        }

        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
    }

    private static List<(string Name, string Sql)> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<(string, string)>();
        while (reader.Read())
        {
            rows.Add((reader.GetString(0), reader.GetString(1)));
        }

        return rows;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        }

        return command;
    }

    private static void Set(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class Vectors
    {
        private readonly float[][] _centres;
        private readonly float[][] _noise;
        private readonly Random _random;
        private readonly float[] _mixed;

        public Vectors(int dimensions, Random random)
        {
            (_random, _mixed) = (random, new float[dimensions]);
            _centres = [.. Enumerable.Range(0, Centres).Select(_ => Draw(dimensions, true))];
            // Half of the centres lie near the one before.
            for (var i = 1; i < Centres; i += 2)
            {
                TensorPrimitives.Lerp(_centres[i - 1], _centres[i], 0.35f, _centres[i]);
            }

            _noise = [.. Enumerable.Range(0, 512).Select(_ => Draw(dimensions, false))];
        }

        public byte[] Next()
        {
            var a = _random.Next(Centres);
            TensorPrimitives.Lerp(
                _centres[a],
                _centres[_random.Next(Centres)],
                (float)_random.NextDouble() * 0.4f,
                _mixed
            );
            for (var k = 0; k < 3; k++)
            {
                TensorPrimitives.MultiplyAdd(
                    _noise[_random.Next(_noise.Length)],
                    (float)(_random.NextDouble() - 0.5) * 0.6f,
                    _mixed,
                    _mixed
                );
            }

            TensorPrimitives.Max(_mixed, 0, _mixed);
            var half = new Half[_mixed.Length];
            TensorPrimitives.ConvertToHalf(_mixed, half);
            return MemoryMarshal.AsBytes<Half>(half).ToArray();
        }

        private float[] Draw(int dimensions, bool nonNegative)
        {
            var drawn = new float[dimensions];
            for (var i = 0; i < dimensions; i++)
            {
                var normal =
                    Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
                drawn[i] = (float)(nonNegative ? Math.Max(0, normal) : normal);
            }
            return drawn;
        }
    }
}
