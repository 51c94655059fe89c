using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Portal.Shared.Access;
using IPNetwork = System.Net.IPNetwork;

namespace Portal.Hosting;

/// <summary>
/// Takes a reverse proxy's word for where a request came from, for which host, and whether it came by HTTPS; anybody
/// else's is ignored.
/// </summary>
internal static class ReverseProxy
{
    private static readonly TimeSpan HstsAge = TimeSpan.FromDays(180);

    public static IServiceCollection AddReverseProxy(this IServiceCollection services)
    {
        services
            .AddOptions<ForwardedHeadersOptions>()
            .Configure<IOptions<NetworkOptions>>(
                (forwarded, network) =>
                {
                    forwarded.ForwardedHeaders =
                        ForwardedHeaders.XForwardedFor
                        | ForwardedHeaders.XForwardedProto
                        | ForwardedHeaders.XForwardedHost;
                    // As many proxies in a row as are known.
                    forwarded.ForwardLimit = null;
                    forwarded.KnownIPNetworks.Clear();
                    forwarded.KnownProxies.Clear();
                    foreach (var proxy in network.Value.KnownProxies)
                    {
                        if (IPAddress.TryParse(proxy, out var address))
                        {
                            forwarded.KnownProxies.Add(address);
                        }
                        else
                        {
                            forwarded.KnownIPNetworks.Add(IPNetwork.Parse(proxy));
                        }
                    }
                }
            );
        return services.AddHsts(hsts => hsts.MaxAge = HstsAge);
    }

    public static void UseReverseProxy(this WebApplication app)
    {
        // Without a known proxy the middleware would believe everybody.
        if (app.Services.GetRequiredService<IOptions<NetworkOptions>>().Value.KnownProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }
        // Says nothing over plain HTTP.
        app.UseHsts();
    }
}
