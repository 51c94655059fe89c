namespace Portal.Shared.Access;

/// <summary>Says that an endpoint or a page is for the user the portal belongs to.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SiteOwnerAttribute : Attribute;
