namespace Portal.Core.Domain.Users;

/// <summary>
/// What a member is in an app. Each role may do all that the ones before it may; <see cref="Permissions"/> says what.
/// </summary>
public enum Role
{
    Viewer = 1,
    Annotator = 2,
    Reviewer = 3,
    Manager = 4,
    Owner = 5,
}
