namespace Portal.Features.SignIn;

/// <summary>What the sign-in page shows.</summary>
/// <param name="Problem">Why the last try was refused, or null.</param>
/// <param name="UserId">As it was typed.</param>
/// <param name="ReturnUrl">The page to go to afterwards, within the portal.</param>
/// <param name="Token">Of a link: the token it carries.</param>
/// <param name="Ticket">For the code: says whose password was right.</param>
public sealed record SignInView(
    SignInState State,
    string? Problem = null,
    string? UserId = null,
    string? ReturnUrl = null,
    string? Token = null,
    string? Ticket = null
);
