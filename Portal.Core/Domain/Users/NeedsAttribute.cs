namespace Portal.Core.Domain.Users;

/// <summary>Says which permission in its app an endpoint or a page needs. It is enforced before either runs.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(Permission permission) : Attribute
{
    public Permission Permission => permission;
}
