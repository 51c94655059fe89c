namespace Portal.Features.SignIn;

/// <summary>What the sign-in page asks for.</summary>
public enum SignInState
{
    /// <summary>User id and password.</summary>
    Password,

    /// <summary>A code of the authenticator app, after the right password.</summary>
    Code,

    /// <summary>A link was opened and has not been spent.</summary>
    Link,

    /// <summary>The link was spent, is too old or never was one.</summary>
    LinkRefused,
}
