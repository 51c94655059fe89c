namespace Portal.Core.Domain.Users;

/// <summary>
/// A browser in which a user signed in before, as a sealed cookie of it says, whether or not that session is over.
/// </summary>
/// <param name="UserKey">Whose session it was, by internal key.</param>
/// <param name="SessionKey">Tells browsers apart.</param>
public sealed record KnownBrowser(long UserKey, long SessionKey);
