using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Portal.Core.Domain.Users;

namespace Portal.Core.Services.Users;

/// <summary>What a password must be: long, and not the user id. What it is made of is its owner's business.</summary>
public sealed class PasswordRules : IdentityErrorDescriber, IPasswordValidator<PortalUser>
{
    public const int MinLength = 12;

    public Task<IdentityResult> ValidateAsync(UserManager<PortalUser> manager, PortalUser user, string? password) =>
        Task.FromResult(
            string.Equals(password?.Trim(), user.UserName, StringComparison.OrdinalIgnoreCase)
                ? IdentityResult.Failed(
                    new IdentityError
                    {
                        Description = "The password is the user id, which others know. Choose another one.",
                    }
                )
                : IdentityResult.Success
        );

    public override IdentityError PasswordTooShort(int length) =>
        new()
        {
            Code = nameof(PasswordTooShort),
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"The password has fewer than {length} characters. Choose a longer one; a few words in a row do well."
            ),
        };
}
