namespace Portal.Features.Review;

/// <summary>What is done at a workspace.</summary>
public enum WorkspaceKind
{
    Review,
    Label,
}
