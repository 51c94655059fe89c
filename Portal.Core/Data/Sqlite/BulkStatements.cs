namespace Portal.Core.Data.Sqlite;

/// <summary>
/// What is read by <see cref="BulkReader"/>. Parameters are integers, in the order that is given at each.
/// </summary>
internal static class BulkStatements
{
    /// <summary>The vector of ?1 an input by ?2 an embedder.</summary>
    public const string Vector = "SELECT Vector FROM InputEmbeddings WHERE InputId = ?1 AND EmbedderId = ?2";

    /// <summary>How many vectors of ?1 an embedder there are, counted up to ?2.</summary>
    public const string CountOfVectors = """
        SELECT COUNT(*) FROM (
            SELECT 1 FROM InputEmbeddings INDEXED BY IX_InputEmbeddings_EmbedderId WHERE EmbedderId = ?1 LIMIT ?2)
        """;

    /// <summary>The first vectors of ?1 an embedder, up to ?2 of them.</summary>
    public const string FirstVectors = """
        SELECT InputId, Vector FROM InputEmbeddings INDEXED BY IX_InputEmbeddings_EmbedderId WHERE EmbedderId = ?1 LIMIT ?2
        """;

    /// <summary>Codes of ?1 an embedder, of inputs from ?2 to ?3.</summary>
    public const string Codes =
        "SELECT InputId, Code FROM EmbeddingCodes WHERE EmbedderId = ?1 AND InputId BETWEEN ?2 AND ?3";

    /// <summary>Inputs of ?1 an app from ?2 to ?3.</summary>
    public const string Inputs = """
        SELECT Id, CreatedAt, Status, FileName, ExternalId, Metadata, VideoId FROM Inputs
        WHERE AppId = ?1 AND DeletedAt IS NULL AND Id BETWEEN ?2 AND ?3
        """;

    /// <summary>Inputs from ?1 to ?2, of any app, that have a vector by ?3 an embedder.</summary>
    public const string Embedded =
        "SELECT InputId FROM InputEmbeddings WHERE InputId BETWEEN ?1 AND ?2 AND +EmbedderId = ?3";

    /// <summary>The status after ?2 among the tags of ?1 an app.</summary>
    public const string NextStatus = "SELECT MIN(Status) FROM Annotations WHERE AppId = ?1 AND Status > ?2";

    /// <summary>The concept after ?3 among the tags of ?1 an app that have ?2 a status.</summary>
    public const string NextConcept =
        "SELECT MIN(ConceptId) FROM Annotations WHERE AppId = ?1 AND Status = ?2 AND ConceptId > ?3";

    /// <summary>Tags of ?1 an app with ?2 a status for ?3 a concept.</summary>
    public const string Tags = """
        SELECT InputId, Value, Origin, WorkflowId, WrittenAsId, ReviewedById, Score, ReviewRequested FROM Annotations
        WHERE AppId = ?1 AND Status = ?2 AND ConceptId = ?3
        """;

    /// <summary>Labels of ?1 a concept with ?2 a value.</summary>
    public const string Labels = "SELECT InputId, IsHuman FROM Labels WHERE ConceptId = ?1 AND Value = ?2";
}
