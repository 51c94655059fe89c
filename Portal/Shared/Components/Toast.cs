namespace Portal.Shared.Components;

/// <summary>A short message in the corner.</summary>
/// <param name="Undo">Takes back what the message tells of; such a toast stays until it is used or closed.</param>
public sealed record Toast(long Id, string Text, StatusKind? Kind = null, Func<Task>? Undo = null);
