namespace Portal.Core.Domain.Audit;

/// <summary>
/// Who acts: flows along with what they started, so that the audit log can name them wherever a change is saved. Nobody
/// is set where the portal acts by itself.
/// </summary>
/// <param name="UserId">The user's internal key; null for somebody who is not signed in.</param>
/// <param name="SessionId">The session it came through, or null.</param>
/// <param name="KeyId">The API key it came through, or null.</param>
/// <param name="Address">The network address it came from, where it is known.</param>
public sealed record Actor(long? UserId, long? SessionId = null, long? KeyId = null, string? Address = null)
{
    private static readonly AsyncLocal<Actor?> Flowing = new();

    public static Actor? Current => Flowing.Value;

    /// <summary>Acts as somebody from here on, to the end of the asynchronous method that calls this.</summary>
    public static void Enter(Actor actor) => Flowing.Value = actor;
}
