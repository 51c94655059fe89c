namespace Portal.Features.SignIn;

/// <summary>What the sign-in page has to say.</summary>
public enum SignInState
{
    /// <summary>Somebody who is not signed in came without a link.</summary>
    NoLink,

    /// <summary>A link was opened and has not been spent.</summary>
    Ready,

    /// <summary>The link was spent, is too old or never was one.</summary>
    LinkRefused,
}
