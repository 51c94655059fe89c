namespace Portal.Core.Domain.Users;

/// <summary>How much an API key may do, at most: never more than its user's role allows at that moment.</summary>
public enum KeyScope
{
    /// <summary>See, search and predict.</summary>
    Read = 1,

    /// <summary>Also label and review.</summary>
    Label = 2,

    /// <summary>All that the user may.</summary>
    Manage = 3,
}
