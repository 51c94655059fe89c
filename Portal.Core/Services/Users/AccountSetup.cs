using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Domain.Users;

namespace Portal.Core.Services.Users;

/// <summary>
/// ASP.NET Core Identity as the portal uses it: its user manager, password hashes and recovery codes, over the portal's
/// own database.
/// </summary>
internal static class AccountSetup
{
    // What OWASP's password storage cheat sheet asks of PBKDF2 with HMAC-SHA-512.
    private const int HashIterations = 210_000;

    public static IServiceCollection AddPortalAccounts(this IServiceCollection services)
    {
        services.AddScoped(provider =>
            provider.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContext()
        );
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = HashIterations);
        services.AddSingleton<IPasswordHasher<PortalUser>, PasswordHasher<PortalUser>>();
        services
            .AddIdentityCore<PortalUser>(identity =>
            {
                identity.Password = new PasswordOptions
                {
                    RequiredLength = PasswordRules.MinLength,
                    RequireDigit = false,
                    RequireLowercase = false,
                    RequireUppercase = false,
                    RequireNonAlphanumeric = false,
                };
            })
            .AddErrorDescriber<PasswordRules>()
            .AddPasswordValidator<PasswordRules>()
            .AddUserStore<PortalUserStore>()
            .AddTokenProvider<OneTimeCodeProvider>(TokenOptions.DefaultAuthenticatorProvider);
        return services.AddSingleton<CredentialService>().AddSingleton<AccountService>().AddSingleton<SessionService>();
    }
}
