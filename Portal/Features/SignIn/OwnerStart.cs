using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Identity;

namespace Portal.Features.SignIn;

/// <summary>
/// Makes sure that the owner exists. While the owner has no password, prints a link that signs the owner in once when
/// the portal listens.
/// </summary>
internal sealed partial class OwnerStart(
    IServer server,
    UserService users,
    AccessService access,
    IOptions<OwnerOptions> options,
    ILogger<OwnerStart> log
) : IHostedLifecycleService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var owner = await users.EnsureAsync(options.Value.UserId, cancellationToken);
        if (string.IsNullOrEmpty(options.Value.ApiKey))
        {
            return;
        }

        if (options.Value.ApiKey.Length < OwnerOptions.SafeKeyLength)
        {
            LogShortKey(log, OwnerOptions.SafeKeyLength);
        }

        await access.CreateKeyAsync(
            owner.Id,
            null,
            "owner (from configuration)",
            options.Value.ApiKey,
            cancellationToken
        );
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        // A test host listens on no address.
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        if (address is null)
        {
            return;
        }

        var owner = await users.GetAsync(options.Value.UserId, cancellationToken);
        if (owner.PasswordHash is not null && !options.Value.SignInLink)
        {
            return;
        }

        var token = await access.CreateSignInTokenAsync(owner.Id, cancellationToken);
        // To the console and not to the log: logs are kept and shipped, and this link is a secret for a day.
        Console.WriteLine(
            $"""

            Sign in as {owner.UserName} with this link. It works once, within 24 hours. Until there is a password, each start prints a new one.

                {Reachable(address)}/sign-in?token={token}

            """
        );
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        LogLevel.Warning,
        "Owner:ApiKey has fewer than {Length} characters and can be guessed. Choose a longer one before others can "
            + "reach this portal"
    )]
    private static partial void LogShortKey(ILogger log, int length);

    // A server that listens on every address is reached under a name.
    private static string Reachable(string address) =>
        address
            .Replace("://[::]", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal)
            .Replace("://*", "://localhost", StringComparison.Ordinal)
            .TrimEnd('/');
}
