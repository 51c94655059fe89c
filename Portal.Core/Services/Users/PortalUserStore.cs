using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Users;

namespace Portal.Core.Services.Users;

/// <summary>Identity's store of users, which keeps recovery codes as hashes instead of as they are.</summary>
/// <remarks>A code is random; what a slow hash would guard it from, the authenticator key in the next row does not
/// withstand either.</remarks>
internal sealed class PortalUserStore(PortalDbContext context, IdentityErrorDescriber describer)
    : UserOnlyStore<PortalUser, PortalDbContext, long>(context, describer)
{
    private const string TokenProvider = "[AspNetUserStore]";
    private const string TokenName = "RecoveryCodes";

    public override Task ReplaceCodesAsync(
        PortalUser user,
        IEnumerable<string> recoveryCodes,
        CancellationToken cancellationToken = default
    ) => base.ReplaceCodesAsync(user, recoveryCodes.Select(Secrets.Hash), cancellationToken);

    public override async Task<bool> RedeemCodeAsync(
        PortalUser user,
        string code,
        CancellationToken cancellationToken = default
    )
    {
        var hashes = (await GetTokenAsync(user, TokenProvider, TokenName, cancellationToken) ?? "").Split(';');
        var hash = Secrets.Hash(code);
        if (!hashes.Contains(hash, StringComparer.Ordinal))
        {
            return false;
        }

        await base.ReplaceCodesAsync(user, hashes.Where(h => h != hash), cancellationToken);
        return true;
    }
}
