using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Access;
using Portal.Shared.Pages;
using Portal.Tests.Support;

namespace Portal.Tests.Members;

/// <summary>
/// A page's events reach the portal without an endpoint in between, so each handler that changes something asks for the
/// permission itself.
/// </summary>
public sealed partial class PageHandlerTests
{
    /// <summary>
    /// How the methods begin that only read. One with another beginning changes something, until it is named here.
    /// </summary>
    private static readonly string[] Reading =
    [
        "get_",
        "Get",
        "List",
        "Find",
        "Count",
        "Compare",
        "Read",
        "State",
        "People",
        "Overview",
        "Open",
        "Check",
        "Preview",
        "DryRun",
        "Survey",
        "Names",
        "Inputs",
        "Tiles",
        "Ids",
        "Newest",
        "Of",
        "All",
        "Facets",
        "Draw",
        "Sample",
        "Suggest",
        "Same",
        "Nearly",
        "Similar",
        "Begin",
        "Origin",
        "Path",
        "Require",
        "Result",
        "Try",
        "Failed",
        "Reasons",
        "Depth",
        "WhyNotReady",
        "Roles",
    ];

    private static readonly HashSet<(Type?, string)> Asking =
    [
        (typeof(AppScope), nameof(AppScope.AttemptAsync)),
        (typeof(AppScope), nameof(AppScope.DoAsync)),
        (typeof(AppScope), nameof(AppScope.RequireAsync)),
        (typeof(MembershipService), nameof(MembershipService.RequireAsync)),
        (typeof(SiteOwner), nameof(SiteOwner.Require)),
    ];

    [Fact]
    public void Every_handler_that_changes_something_asks_for_the_permission_first()
    {
        var services = new ServiceCollection()
            .AddPortalCore(new ConfigurationBuilder().Build(), ".")
            .Select(s => s.ServiceType)
            .ToHashSet();
        var handlers = Methods()
            .Select(m => (Handler: NameOf(m), Called: Calls.Of(m).ToList()))
            .GroupBy(m => m.Handler)
            .ToList();

        var writing = handlers.Where(h => h.SelectMany(m => m.Called).Any(call => IsWrite(call, services))).ToList();
        var silent = writing.Where(h =>
            !h.SelectMany(m => m.Called).Any(call => Asking.Contains((call.DeclaringType, call.Name)))
        );

        // Were the code no longer read rightly, there would be nothing to find fault with.
        Assert.InRange(writing.Count, 35, 200);
        Assert.Empty(
            silent.Select(h =>
                $"{h.Key}: {string.Join(", ", h.SelectMany(m => m.Called).Where(call => IsWrite(call, services)).Select(call => $"{call.DeclaringType!.Name}.{call.Name}").Distinct())}"
            )
        );
    }

    /// <summary>What a service's methods need, or one of them where it differs.</summary>
    private static readonly Dictionary<string, Permission> Needed = new()
    {
        ["AccessService"] = Permission.See,
        ["AccessService.RevokeKeyOfAppAsync"] = Permission.ManageMembers,
        ["AppService"] = Permission.ManageApp,
        ["AppService.DeleteAsync"] = Permission.DeleteApp,
        ["AppService.RestoreAsync"] = Permission.DeleteApp,
        ["BulkService"] = Permission.ManageInputs,
        ["CalibrationService"] = Permission.ManageModels,
        ["ConceptService"] = Permission.ManageConcepts,
        ["DatasetService"] = Permission.Exchange,
        ["EvaluationService"] = Permission.ManageModels,
        ["ExchangeService"] = Permission.Exchange,
        ["VideoService"] = Permission.ManageInputs,
        ["InputService"] = Permission.ManageInputs,
        ["InvitationService"] = Permission.ManageMembers,
        ["JobService"] = Permission.ManageJobs,
        ["MembershipService"] = Permission.ManageMembers,
        ["MembershipService.LeaveAsync"] = Permission.See,
        ["ModelService"] = Permission.ManageModels,
        ["ReembeddingService"] = Permission.ManageJobs,
        ["RunService"] = Permission.ManageWorkflows,
        ["SavedFilterService"] = Permission.ManageApp,
        ["WatchService"] = Permission.Exchange,
        ["WorkflowService"] = Permission.ManageWorkflows,
    };

    /// <summary>
    /// A permission that a lower role has as well would not do. What the bulk bar asks for goes by the step, which its
    /// own tests cover; what the site owner alone may is asked of <see cref="SiteOwner"/>.
    /// </summary>
    [Fact]
    public void Every_handler_asks_for_a_permission_that_no_lower_role_has_than_what_it_does_needs()
    {
        var services = new ServiceCollection()
            .AddPortalCore(new ConfigurationBuilder().Build(), ".")
            .Select(s => s.ServiceType)
            .ToHashSet();
        var compared = 0;
        foreach (
            var handler in Methods().GroupBy(NameOf).Where(h => !h.Key.StartsWith("BulkBar.", StringComparison.Ordinal))
        )
        {
            var calls = handler.SelectMany(Calls.WithLastNumber).ToList();
            var asked = calls
                .Where(c => Asking.Contains((c.Call.DeclaringType, c.Call.Name)))
                .Select(c =>
                    c.Call.DeclaringType == typeof(SiteOwner) ? Role.Owner : ((Permission)c.Number!.Value).LeastRole()
                )
                .ToList();
            foreach (
                var write in calls
                    .Select(c => c.Call)
                    .Where(call =>
                        IsWrite(call, services)
                        && call.DeclaringType!.Name.EndsWith("Service", StringComparison.Ordinal)
                    )
            )
            {
                var (service, method) = (write.DeclaringType!.Name, $"{write.DeclaringType.Name}.{write.Name}");
                Assert.True(
                    Needed.TryGetValue(method, out var needed) || Needed.TryGetValue(service, out needed),
                    $"Say here what {method} needs."
                );
                Assert.True(
                    asked.Count > 0 && asked.Max() >= needed.LeastRole(),
                    $"{handler.Key} calls {method}, which needs {needed}, and asks for less."
                );
                compared++;
            }
        }
        Assert.InRange(compared, 50, 300);
    }

    private static bool IsWrite(MethodBase call, HashSet<Type> services) =>
        call.DeclaringType is { } type
        && services.Contains(type)
        && type.Assembly == typeof(Permission).Assembly
        && !Reading.Any(call.Name.StartsWith);

    // A user's own account is about no app, and its pages act on whoever is signed in.
    private static IEnumerable<MethodBase> Methods() =>
        from type in typeof(AppScope).Assembly.GetTypes()
        where IsComponent(type) && !(type.FullName!.StartsWith("Portal.Features.Users.", StringComparison.Ordinal))
        from method in type.GetMethods(
            BindingFlags.DeclaredOnly
                | BindingFlags.Instance
                | BindingFlags.Static
                | BindingFlags.Public
                | BindingFlags.NonPublic
        )
        select method;

    // Lambdas and asynchronous methods are compiled into types within the component's.
    private static bool IsComponent(Type type) =>
        typeof(ComponentBase).IsAssignableFrom(type) || (type.DeclaringType is { } outer && IsComponent(outer));

    /// <summary>The method as it was written, of the component it was written in.</summary>
    private static string NameOf(MethodBase method)
    {
        var component = method.DeclaringType!;
        var written = Written().Match(method.Name);
        for (; !typeof(ComponentBase).IsAssignableFrom(component); component = component.DeclaringType!)
        {
            if (!written.Success)
            {
                written = Written().Match(component.Name);
            }
        }

        return $"{component.Name}.{(written.Success ? written.Groups[1].Value : method.Name)}";
    }

    [GeneratedRegex(@"<(\w+)>")]
    private static partial Regex Written();
}
