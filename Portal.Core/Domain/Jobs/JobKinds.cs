namespace Portal.Core.Domain.Jobs;

/// <summary>The kinds of <see cref="Job"/>s, as they are stored and sent.</summary>
public static class JobKinds
{
    public const string Backfill = "backfill";
    public const string Bulk = "bulk";
    public const string Dataset = "dataset";
    public const string Evaluation = "evaluate";
    public const string Export = "export";
    public const string Video = "video";
    public const string Import = "import";
    public const string Reembedding = "reembed";
    public const string Training = "train";
}
