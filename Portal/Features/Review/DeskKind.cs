namespace Portal.Features.Review;

/// <summary>What is done at a desk.</summary>
public enum DeskKind
{
    Review,
    Label,
}
