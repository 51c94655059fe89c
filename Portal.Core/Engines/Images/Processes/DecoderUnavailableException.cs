namespace Portal.Core.Engines.Images.Processes;

/// <summary>
/// No decoder process could be started, which says nothing about the picture: the machine has no memory or no room for
/// another process.
/// </summary>
public sealed class DecoderUnavailableException(Exception inner)
    : Exception(
        "No decoder process could be started: the machine may be out of memory. The log says why; try again in "
            + "a moment.",
        inner
    );
