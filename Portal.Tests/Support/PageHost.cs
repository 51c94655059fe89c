using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Users;
using Portal.Features.InputPage;
using Portal.Features.Inputs;
using Portal.Features.Jobs;
using Portal.Shared.Components;
using Portal.Shared.Identity;
using Portal.Shared.Layout;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Tests.Support;

/// <summary>
/// Renders app pages over the real core, with what the layout would give them. The signed-in user owns the app, unless
/// a test says otherwise.
/// </summary>
public sealed class PageHost : IAsyncDisposable
{
    private PageHost(CoreHost core, PortalUser user, Role role)
    {
        Core = core;
        Scope = new AppScope(
            core.App,
            "owner",
            new CurrentUser(user.Id, user.UserName!),
            role,
            core.Get<MembershipService>()
        );
        Context.JSInterop.Mode = JSRuntimeMode.Loose;
        Context.Services.AddScoped<Toasts>().AddScoped<Reader>().AddScoped<KeyList>();
        Context.Services.AddTransient(_ =>
            ActivatorUtilities.CreateInstance<UploadLimits>(core.Get<IServiceProvider>())
        );
        Context.Services.AddSingleton(_ =>
            ActivatorUtilities.CreateInstance<InputDetailsReader>(core.Get<IServiceProvider>())
        );
        Context.Services.AddSingleton(_ => new WorkPace(core.Get<TimeProvider>()));
        Context.Services.AddFallbackServiceProvider(core.Get<IServiceProvider>());
        Context.RenderTree.Add<Microsoft.AspNetCore.Components.CascadingValue<AppScope>>(parameters =>
            parameters.Add(c => c.Value, Scope)
        );
    }

    public CoreHost Core { get; }
    public BunitContext Context { get; } = new();
    public AppScope Scope { get; }
    public Toasts Toasts => Context.Services.GetRequiredService<Toasts>();

    public static async Task<PageHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var core = await StartCoreAsync(settings);
        return new PageHost(core, core.User, Role.Owner);
    }

    /// <summary>Pages over a core that the test has started; it goes with them.</summary>
    public static PageHost Over(CoreHost core) => new(core, core.User, Role.Owner);

    /// <summary>Pages over a database that the test holds. Nothing else is under way there.</summary>
    internal static async Task<(PageHost Host, HeldDatabase Database)> StartHeldAsync()
    {
        var core = await CoreHost.StartAsync(
            workers: false,
            services: s =>
                s.AddSingleton<HeldDatabase>()
                    .AddSingleton<IDbContextFactory<PortalDbContext>>(p => p.GetRequiredService<HeldDatabase>())
        );
        return (new PageHost(core, core.User, Role.Owner), core.Get<HeldDatabase>());
    }

    /// <summary>The pages as another member sees them.</summary>
    public static async Task<PageHost> StartAsync(string userId, Role role)
    {
        var core = await StartCoreAsync();
        var user = await core.UserAsync(userId);
        var invitations = core.Get<InvitationService>();
        await invitations.JoinAsync(
            await invitations.CreateAsync(core.App.Id, core.User.Id, role, TimeSpan.FromDays(1), default),
            user.Id,
            default
        );
        return new PageHost(core, user, role);
    }

    /// <summary>A portal that has read its app, so that a page stands whole when it has been rendered.</summary>
    private static async Task<CoreHost> StartCoreAsync(params (string Key, string Value)[] settings)
    {
        var core = await CoreHost.StartAsync(settings: settings);
        await core.Get<InputIndex>().WarmAsync(core.App.Id, default);
        return core;
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await Core.DisposeAsync();
    }
}
