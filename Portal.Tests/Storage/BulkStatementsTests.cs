using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Sqlite;
using Portal.Tests.Support;

namespace Portal.Tests.Storage;

public sealed class BulkStatementsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_goes_by_the_index_it_was_written_for()
    {
        // What is looked up in order; a name in SQLite's plan and no more columns than these means that the rest is
        // walked through.
        var expected = new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["Vector"] =
            [
                "SEARCH InputEmbeddings USING INDEX sqlite_autoindex_InputEmbeddings_1 (InputId=? AND EmbedderId=?)",
            ],
            ["CountOfVectors"] =
            [
                "CO-ROUTINE (subquery-1)",
                "SEARCH InputEmbeddings USING COVERING INDEX IX_InputEmbeddings_EmbedderId (EmbedderId=?)",
                "SCAN (subquery-1)",
            ],
            ["FirstVectors"] = ["SEARCH InputEmbeddings USING INDEX IX_InputEmbeddings_EmbedderId (EmbedderId=?)"],
            ["Codes"] =
            [
                "SEARCH EmbeddingCodes USING INDEX sqlite_autoindex_EmbeddingCodes_1 (EmbedderId=? AND InputId>? "
                    + "AND InputId<?)",
            ],
            ["Inputs"] =
            [
                "SEARCH Inputs USING INDEX IX_Inputs_AppId_DeletedAt (AppId=? AND DeletedAt=? AND rowid>? AND rowid<?)",
            ],
            ["Embedded"] =
            [
                "SEARCH InputEmbeddings USING COVERING INDEX sqlite_autoindex_InputEmbeddings_1 (InputId>? AND "
                    + "InputId<?)",
            ],
            ["NextStatus"] = ["SEARCH Annotations USING COVERING INDEX IX_Annotations_Index (AppId=? AND Status>?)"],
            ["NextConcept"] =
            [
                "SEARCH Annotations USING COVERING INDEX IX_Annotations_Index (AppId=? AND Status=? AND ConceptId>?)",
            ],
            ["Tags"] =
            [
                "SEARCH Annotations USING COVERING INDEX IX_Annotations_Index (AppId=? AND Status=? AND ConceptId=?)",
            ],
            ["Labels"] = ["SEARCH Labels USING INDEX IX_Labels_ConceptId_Value_InputId (ConceptId=? AND Value=?)"],
        };
        await using var host = await CoreHost.StartAsync(workers: false);
        await using var db = host.Db();
        await db.Database.OpenConnectionAsync(Ct);
        var plans = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var field in typeof(BulkStatements).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            await using var explain = db.Database.GetDbConnection().CreateCommand();
            explain.CommandText = $"EXPLAIN QUERY PLAN {field.GetRawConstantValue()}";
            await using var reader = await explain.ExecuteReaderAsync(Ct);
            var steps = new List<string>();
            while (await reader.ReadAsync(Ct))
            {
                steps.Add(reader.GetString(3));
            }

            plans[field.Name] = [.. steps];
        }

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), plans.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, e => Assert.Equal(e.Value, plans[e.Key]));
    }
}
