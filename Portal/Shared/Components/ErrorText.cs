using Portal.Core.Data;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Components;

/// <summary>The one place that turns a failure into words on screen.</summary>
public static class ErrorText
{
    public static string Of(Exception error) =>
        error switch
        {
            PortalException expected => expected.Message,
            _ when StorageFault.Of(error) is { } fault => fault.Message,
            OperationCanceledException => "This was cancelled before it was done.",
            _ => "Something went wrong that the portal did not foresee. Try again; the portal's log has the details.",
        };
}
