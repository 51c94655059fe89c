using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Portal.Shared.Identity;

namespace Portal.Features.SignIn;

/// <summary>Whatever a person presses on an open page is done by them.</summary>
internal sealed class CircuitActor(AuthenticationStateProvider authentication) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next
    ) =>
        async context =>
        {
            var principal = (await authentication.GetAuthenticationStateAsync()).User;
            if (principal.Identity is { IsAuthenticated: true })
            {
                CurrentUser.Of(principal).Act(address: null);
            }

            await next(context);
        };
}
