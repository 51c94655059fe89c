namespace Portal.Core.Data.Sqlite;

/// <summary>
/// What SQLite is told of the large tables, in the words in which <c>ANALYZE</c> would tell it: of ten apps, each of
/// which holds a hundred thousand inputs with three annotations each. Untold, it takes any two columns of an index for
/// equally selective, and may answer which input has these bytes by reading all that are not deleted. The figures stay
/// the same whatever a portal holds, so that its plans are those of the tests.
/// </summary>
internal static class TableStatistics
{
    /// <summary>
    /// Figures of an index: its rows, then how many of them share a value of the first column, of the first two, and so
    /// on.
    /// </summary>
    private static readonly (string Table, string Index, string Figures)[] s_known =
    [
        ("Inputs", "IX_Inputs_AppId_ContentHash", "1000000 100000 1"),
        ("Inputs", "IX_Inputs_AppId_DeletedAt", "1000000 100000 90000"),
        ("Inputs", "IX_Inputs_AppId_ExternalId", "1000000 100000 1"),
        ("Inputs", "IX_Inputs_AppId_FileName", "1000000 100000 2"),
        ("Inputs", "IX_Inputs_AppId_SourceUrl", "100000 10000 2"),
        ("Inputs", "IX_Inputs_AppId_Status_DeletedAt", "1000000 100000 50000 45000"),
        ("Inputs", "IX_Inputs_ContentHash", "1000000 1"),
        ("Inputs", "IX_Inputs_VideoId_VideoTimeMs", "100000 300 1"),
        ("Inputs", "IX_Inputs_InProgress", "10 1 1"),
        ("Inputs", "IX_Inputs_Pending", "10000 1 1"),
        ("Inputs", "IX_Inputs_Held", "10000 1000"),
        ("Annotations", "IX_Annotations_AppId", "3000000 300000"),
        ("Annotations", "IX_Annotations_AppId_ExternalId", "3000000 300000 1"),
        ("Annotations", "IX_Annotations_Audit", "30000 3000"),
        ("Annotations", "IX_Annotations_ConceptId_Status_InputId", "3000000 30000 10000 1"),
        ("Annotations", "IX_Annotations_Index", "3000000 300000 100000 10000 1 1 1 1 1 1 1 1"),
        ("Annotations", "IX_Annotations_InputId_ConceptId", "3000000 3 1"),
        ("Annotations", "IX_Annotations_OnePerPerson", "1000000 3 1 1"),
        ("Annotations", "IX_Annotations_OnePerWriter", "2000000 3 1 1 1"),
        ("Annotations", "IX_Annotations_WorkflowVersionId", "3000000 100000"),
        ("Annotations", "IX_Annotations_WrittenAsId", "3000000 300000"),
        ("Decisions", "IX_Decisions_AppId_Id", "1000000 100000 1"),
        ("Decisions", "IX_Decisions_BatchId", "1000000 100"),
        ("Decisions", "IX_Decisions_ConceptId", "1000000 10000"),
        ("Decisions", "IX_Decisions_InputId_ConceptId", "1000000 2 1"),
        ("Decisions", "IX_Decisions_UserId_ClientId", "1000000 100000 1"),
        ("Labels", "IX_Labels_ConceptId_Value_InputId", "2000000 20000 10000 1"),
        ("Labels", "sqlite_autoindex_Labels_1", "2000000 2 1"),
        ("InputEmbeddings", "IX_InputEmbeddings_EmbedderId", "1000000 1000000"),
        ("InputEmbeddings", "sqlite_autoindex_InputEmbeddings_1", "1000000 1 1"),
        ("EmbeddingCodes", "IX_EmbeddingCodes_InputId", "1000000 1"),
        ("EmbeddingCodes", "sqlite_autoindex_EmbeddingCodes_1", "1000000 1000000 1"),
        ("Runs", "IX_Runs_InputId_WorkflowVersionId", "1000000 1 1"),
        ("Runs", "IX_Runs_WorkflowVersionId_Status_Id", "1000000 100000 50000 1"),
        ("InputChanges", "IX_InputChanges_AppId_Id", "1000000 100000 1"),
        ("WatchedFiles", "IX_WatchedFiles_AppId_Path", "1000000 100000 1"),
    ];

    /// <summary>To be run at each start: a migration that makes a table anew takes what is known of it away.</summary>
    public static IEnumerable<string> Statements() =>
        [
            // Of a system table nothing is counted: the first makes the table of figures where there is none, the
            // second has them read.
            "ANALYZE sqlite_schema;",
            $"DELETE FROM sqlite_stat1; INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES "
                + $"{string.Join(", ", s_known.Select(k => $"('{k.Table}', '{k.Index}', '{k.Figures}')"))};",
            "ANALYZE sqlite_schema;",
        ];
}
