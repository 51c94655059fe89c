using Portal.Core.Data;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Live;

/// <summary>
/// Does what a person asked for on a page. An expected failure becomes its message, to be shown beside the control; a
/// fault goes on up.
/// </summary>
public static class Attempt
{
    /// <returns>What went wrong and what to do, or null when nothing did.</returns>
    public static async Task<string?> ToAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (PortalException e)
        {
            return e.Message;
        }
        catch (Exception e) when (StorageFault.Of(e) is { } fault)
        {
            return fault.Message;
        }
    }
}
