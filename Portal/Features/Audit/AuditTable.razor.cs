using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Portal.Core.Domain.Audit;
using Portal.Core.Services.Audit;

namespace Portal.Features.Audit;

public sealed partial class AuditTable : IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private Virtualize<AuditLine>? _list;
    private IReadOnlyList<string> _people = [];
    private int? _count;
    private AuditFilter? _shown;

    /// <summary>The app whose log it is; null for the whole portal's.</summary>
    [Parameter]
    public long? AppKey { get; set; }

    /// <summary>Address of the files, without their ending.</summary>
    [Parameter, EditorRequired]
    public string Files { get; set; } = "";

    [Parameter, SupplyParameterFromQuery(Name = "user_id")]
    public string? Person { get; set; }

    [Parameter, SupplyParameterFromQuery(Name = "group")]
    public string? Group { get; set; }

    [Inject]
    private AuditLog Log { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    // Sign-ins are the portal's, not an app's.
    private IEnumerable<AuditGroup> Groups =>
        Enum.GetValues<AuditGroup>().Where(g => AppKey is null || g != AuditGroup.SignIn);

    private AuditFilter Filter =>
        new(
            AppKey,
            Person,
            Enum.GetValues<AuditGroup>().Cast<AuditGroup?>().FirstOrDefault(g => g!.Value.Word() == Group)
        );

    private string Count =>
        _count is { } count
            ? count == 1
                ? "1 entry"
                : string.Create(CultureInfo.CurrentCulture, $"{count:N0} entries")
            : "";

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Filter)
        {
            return;
        }

        _shown = Filter;
        _people = await Log.PeopleAsync(AppKey, _left.Token);
        _count = await Log.CountAsync(Filter, _left.Token);
        if (_list is not null)
        {
            await _list.RefreshDataAsync();
        }
    }

    private async ValueTask<ItemsProviderResult<AuditLine>> ReadAsync(ItemsProviderRequest request)
    {
        var lines = await Log.ListAsync(Filter, null, request.StartIndex, request.Count, request.CancellationToken);
        return new ItemsProviderResult<AuditLine>(lines, _count ?? 0);
    }

    private void Go(string? person, string? group) =>
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(
                new Dictionary<string, object?>
                {
                    ["user_id"] = string.IsNullOrEmpty(person) ? null : person,
                    ["group"] = string.IsNullOrEmpty(group) ? null : group,
                }
            )
        );

    private string Download(string format) => Files + "." + format + new Uri(Navigation.Uri).Query;
}
