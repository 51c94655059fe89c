namespace Portal.Core.Domain.Annotations;

/// <summary>One place's turn at an input: until it ends, nobody else is handed the input to label or review.</summary>
public sealed class InputLease
{
    public long InputId { get; set; }
    public long AppId { get; set; }

    /// <summary>Who holds it: a user at one open page.</summary>
    public required string Holder { get; set; }

    public DateTime ExpiresAt { get; set; }
}
