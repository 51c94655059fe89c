using Portal.Core.Domain.Errors;

namespace Portal.Shared.Components;

/// <summary>Messages in the corner of this circuit's page, newest last. <see cref="ToastHost"/> shows them.</summary>
public sealed class Toasts(ILogger<Toasts> logger)
{
    private readonly List<Toast> _shown = [];
    private long _lastId;

    public event Action? Changed;

    public IReadOnlyList<Toast> Shown => _shown;

    /// <summary>Says that something was done; goes by itself.</summary>
    public void Show(string text, StatusKind? kind = null) => Add(text, kind, null);

    /// <summary>
    /// Says what was undoable done, for example <c>Deleted 3 inputs</c>, with an Undo button for as long as the page is
    /// open.
    /// </summary>
    public void ShowUndo(string text, Func<Task> undo) => Add(text, null, undo);

    /// <summary>Says why something failed. For failures of a form, use <see cref="ErrorNotice"/> beside it.</summary>
    public void ShowError(Exception error)
    {
        if (error is not PortalException)
        {
            logger.LogError(error, "An action on a page failed");
        }

        Add(ErrorText.Of(error), StatusKind.Failed, null);
    }

    /// <summary>Runs the toast's undo and takes it away; a failure becomes a toast of its own.</summary>
    public async Task UndoAsync(Toast toast)
    {
        Close(toast);
        try
        {
            await toast.Undo!();
        }
        catch (Exception e)
        {
            ShowError(e);
        }
    }

    public void Close(Toast toast)
    {
        if (_shown.Remove(toast))
        {
            Changed?.Invoke();
        }
    }

    private void Add(string text, StatusKind? kind, Func<Task>? undo)
    {
        _shown.Add(new Toast(++_lastId, text, kind, undo));
        Changed?.Invoke();
    }
}
