namespace Portal.Core.Domain.Errors;

/// <summary>
/// A failure the portal foresees and a person can act on. <see cref="Exception.Message"/> names the thing and the
/// remedy and is shown as it is; one place maps the code to an HTTP status and one to a message on screen.
/// </summary>
public class PortalException : Exception
{
    public PortalException(StatusCode code, string message, string? subject = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Subject = subject;
    }

    public StatusCode Code { get; }

    /// <summary>The id of what the failure is about (an input, a node …), for clients that match on it.</summary>
    public string? Subject { get; }
}
