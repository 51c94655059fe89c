namespace Portal.Shared.Access;

/// <summary>Says that an endpoint or a page is about no app in particular, and open to whoever is signed in.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SignedInAttribute : Attribute;
