using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Portal.Tests.Support;

/// <summary>
/// Leads a browser past every page of an app in which a trained model tags new pictures, each in a state worth looking
/// at.
/// </summary>
internal static class Walk
{
    private const int Labelled = 24;
    private const int Unlabelled = 12;
    private const int New = 12;
    private static readonly string[] Concepts = ["runner", "walker", "stroller"];

    /// <returns>The name of each stop, while the browser shows it.</returns>
    public static async IAsyncEnumerable<string> PastEveryPageAsync(WorkspacePortal portal, IPage page)
    {
        var app = await portal.AppAsync(Labelled + Unlabelled, draw: Picture);
        var home = $"/apps/owner/{app}";
        await TrainAsync(portal, app);

        await OpenAsync(page, "/", page.Locator(".card"));
        yield return "apps";
        foreach (
            var (place, shown) in new[]
            {
                ("concepts", "table"),
                ("models", "table"),
                ("models/new", "form"),
                ("models/who", "table"),
                ("workflows", ".empty"),
                ("workflows/new", "form"),
                ("duplicates", "main .empty, .group"),
                ("jobs", "main"),
                ("settings", "h2"),
                ("upload", "h1"),
                ("inputs/p000", ".stage img"),
                ("explorer", ".tile"),
            }
        )
        {
            await OpenAsync(page, $"{home}/{place}", page.Locator(shown));
            yield return place.Replace('/', '-');
        }

        await page.Locator(".tile").First.FocusAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.GetByRole(AriaRole.Toolbar, new() { Name = "Selection" }).WaitForAsync();
        yield return "explorer-selected";

        await OpenAsync(page, $"{home}/label", page.Locator(".stage img"));
        yield return "label";
        await OpenAsync(page, $"{home}/label?concept=runner&order=highest_confidence", page.Locator(".stage img"));
        await page.Keyboard.PressAsync("g");
        await page.Locator(".tile").First.WaitForAsync();
        yield return "label-grid";
        await page.Keyboard.PressAsync("?");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        yield return "keys";

        await OpenAsync(page, $"{home}/models/who", page.GetByRole(AriaRole.Link, new() { Name = "Evaluation" }));
        await page.GetByRole(AriaRole.Link, new() { Name = "Evaluation" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Table).First.WaitForAsync();
        yield return "evaluation";
        await OpenAsync(
            page,
            $"{home}/models/who",
            page.GetByRole(AriaRole.Button, new() { Name = "Auto-annotate with this model" })
        );
        await page.GetByRole(AriaRole.Button, new() { Name = "Auto-annotate with this model" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        foreach (var concept in Concepts)
        {
            await FillAsync(dialog, $"{concept}: pending from", "0.02");
            await FillAsync(dialog, $"{concept}: success over", "0.97");
        }
        yield return "band-dialog";
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the workflow" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/workflows/(?!new)"));
        var makeDefault = page.GetByRole(AriaRole.Button, new() { Name = "Make default" });
        await makeDefault.WaitForAsync();
        yield return "workflow";
        await makeDefault.ClickAsync();
        await dialog.GetByRole(AriaRole.Table).WaitForAsync(new() { Timeout = 60_000 });
        yield return "default-dialog";
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make v1 the default" }).ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Hidden });

        var first = Labelled + Unlabelled;
        await portal.Client.UploadAsync(
            app,
            Enumerable.Range(first, New).Select(i => new UploadFile($"p{i:000}", $"p{i:000}.jpg", Picture(i)))
        );
        await portal.Client.WorkedOffAsync(app);
        await OpenAsync(page, $"{home}/inputs/p{first:000}", page.Locator(".stage img"));
        yield return "input-tagged";
        await page.GetByRole(AriaRole.Link, new() { Name = "why these tags?" }).First.ClickAsync();
        await page.WaitForURLAsync("**/runs/**");
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
        yield return "trace";
        await OpenAsync(page, $"{home}/review", page.Locator(".stage img"));
        yield return "review";
        await page.Keyboard.PressAsync("g");
        await page.Locator(".tile").First.WaitForAsync();
        yield return "review-grid";
        await OpenAsync(page, $"{home}/workflows", page.Locator("table, .card"));
        yield return "workflows-some";
        await OpenAsync(page, $"{home}/explorer?concept=runner&status=pending", page.Locator(".tile, .empty"));
        yield return "explorer-filtered";
    }

    private static async Task OpenAsync(IPage page, string address, ILocator shown)
    {
        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.NetworkIdle });
        await shown.First.WaitForAsync();
    }

    private static async Task FillAsync(ILocator dialog, string label, string value)
    {
        await dialog.GetByLabel(label).FillAsync(value);
        await dialog.GetByLabel(label).PressAsync("Tab");
    }

    private static async Task TrainAsync(WorkspacePortal portal, string app)
    {
        var path = $"users/owner/apps/{app}";
        await portal
            .Client.SendAsync(
                HttpMethod.Post,
                $"{path}/annotations",
                new
                {
                    annotations = Enumerable
                        .Range(0, Labelled)
                        .Select(i => new
                        {
                            input_id = $"p{i:000}",
                            data = new { concepts = new[] { new { id = Concepts[i % Concepts.Length], value = 1 } } },
                        }),
                }
            )
            .OkAsync();
        await portal
            .Client.SendAsync(
                HttpMethod.Post,
                $"{path}/models",
                new
                {
                    model = new
                    {
                        id = "who",
                        model_type_id = "embedding-classifier",
                        output_info = new { data = new { concepts = Concepts.Select(id => new { id }) } },
                    },
                }
            )
            .OkAsync();
        var version = (await portal.Client.SendAsync(HttpMethod.Post, $"{path}/models/who/versions", null).OkAsync())[
            "model_version"
        ]
            .GetProperty("id")
            .GetString();
        await Wait.ForAsync(
            () =>
                portal
                    .Client.SendAsync(HttpMethod.Get, $"{path}/models/who/versions/{version}/output_info", null)
                    .OkAsync(),
            answer =>
                answer["model"].GetProperty("model_version").GetProperty("status").GetProperty("code").GetInt32()
                == 21100
        );
    }

    /// <summary>
    /// A photo of the concept whose turn it is, where the shared photos are there; a drawing where not.
    /// </summary>
    private static byte[] Picture(int i)
    {
        var names = SharedData.FileNames("park5", Concepts[i % Concepts.Length]).ToList();
        return names.Count == 0
            ? Pictures.Any(i)
            : File.ReadAllBytes(
                SharedData.Require("park5", Concepts[i % Concepts.Length], names[i / Concepts.Length % names.Count])
            );
    }
}
