using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Users;
using Portal.Features.SignIn;
using Portal.Shared.Components;
using Portal.Shared.Layout;
using Portal.Shared.Live;

namespace Portal.Tests.Support;

/// <summary>Renders app pages over the real core, with what the layout would give them. The signed-in user owns the app.</summary>
public sealed class PageHost : IAsyncDisposable
{
    private PageHost(CoreHost core)
    {
        Core = core;
        Context.JSInterop.Mode = JSRuntimeMode.Loose;
        Context.Services.AddScoped<Toasts>().AddScoped<Reader>().AddScoped<KeyList>();
        Context.Services.AddFallbackServiceProvider(core.Get<IServiceProvider>());
        Context.RenderTree.Add<Microsoft.AspNetCore.Components.CascadingValue<AppScope>>(parameters => parameters.Add(c => c.Value, Scope));
    }

    public CoreHost Core { get; }
    public BunitContext Context { get; } = new();
    public AppScope Scope => new(Core.App, "owner", new CurrentUser(Core.User.Id, "owner"), Role.Owner, Core.Get<MembershipService>());
    public Toasts Toasts => Context.Services.GetRequiredService<Toasts>();

    public static async Task<PageHost> StartAsync() => new(await CoreHost.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await Core.DisposeAsync();
    }
}
