using Microsoft.AspNetCore.Components;

namespace Portal.Shared.Pages;

/// <summary>
/// Base of every page under <c>/apps/{UserId}/{AppId}/…</c>. Such a page is rendered once its app is known and the user
/// may see the page, so <see cref="Scope"/> is always there.
/// </summary>
public abstract class AppPage : ComponentBase
{
    [Parameter]
    public string UserId { get; set; } = "";

    [Parameter]
    public string AppId { get; set; } = "";

    [CascadingParameter]
    public AppScope Scope { get; set; } = null!;
}
