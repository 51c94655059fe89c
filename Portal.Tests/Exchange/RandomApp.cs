using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Inputs;
using Portal.Tests.Support;

namespace Portal.Tests.Exchange;

/// <summary>
/// Fills an app by chance with all that makes exports hard: hostile names, several concepts, ✗, machine tags of every
/// status, reviews, undone decisions.
/// </summary>
internal static class RandomApp
{
    private const int Inputs = 24;
    private static readonly (string Id, string Name)[] Concepts =
    [
        ("..", "../../etc"),
        ("con", "=cmd|' /C calc'!A0"),
        ("_unlabeled", "<script>alert(1)</script>"),
        ("Cat.", "猫, \"quoted\"\nnew line"),
        ("dog", "@SUM(1)"),
        ("-1", "'=1"),
    ];

    private static readonly string[] FileNames =
    [
        "=HYPERLINK(\"x\").png",
        "..\\..\\boot.png",
        "a,b;\"c\".png",
        "con.png",
        "ünïcødé 猫.png",
        "",
        "same.png",
        "same.png",
        "-5.png",
        "\t@x.png",
        "'quoted'.png",
    ];

    public static async Task FillAsync(CoreHost host, int seed)
    {
        var random = new Random(seed);
        var other = await host.UserAsync("bob");
        var concepts = await host.Get<ConceptService>()
            .CreateAsync(host.App.Id, [.. Concepts.Select(c => new NewConcept(c.Id, c.Name))], default);
        for (var n = 0; n < Inputs; n++)
        {
            var metadata =
                random.Next(3) == 0
                    ? new JsonObject
                    {
                        ["läge"] = new JsonArray(1.50m, null, "<b>"),
                        ["nested"] = new JsonObject { ["a"] = true },
                    }
                    : null;
            var input = await host.Get<InputService>()
                .AcceptAsync(
                    host.App.Id,
                    host.User.Id,
                    new NewInput(
                        n == 0 ? ".."
                            : n == 1 ? "NUL"
                            : $"in-{n}",
                        FileNames[random.Next(FileNames.Length)],
                        null,
                        metadata
                    ),
                    new MemoryStream(Pictures.Any((seed * 1000) + n)),
                    default
                );
            foreach (var concept in concepts.Where(_ => random.Next(3) == 0))
            {
                await TagAsync(host, random, input, concept, other.Id);
            }
        }
    }

    private static async Task TagAsync(CoreHost host, Random random, Input input, Concept concept, long otherId)
    {
        var annotations = host.Get<AnnotationService>();
        var decisions = host.Get<DecisionService>();
        var present = random.Next(4) > 0;
        switch (random.Next(6))
        {
            case 0:
                await annotations.WriteAsync(
                    host.App.Id,
                    host.User.Id,
                    [new NewAnnotation(input.Id, concept.Id, present)],
                    default
                );
                break;
            case 1:
                await annotations.WriteAsync(
                    host.App.Id,
                    otherId,
                    [new NewAnnotation(input.Id, concept.Id, present)],
                    default
                );
                await decisions.DecideAsync(
                    host.App.Id,
                    host.User.Id,
                    [new NewDecision(input.Id, concept.Id, !present)],
                    default
                );
                break;
            case 2:
                await annotations.WriteAsync(
                    host.App.Id,
                    host.User.Id,
                    [
                        new NewAnnotation(
                            input.Id,
                            concept.Id,
                            true,
                            Machine: true,
                            Score: random.NextDouble(),
                            Info: """{"by":"<x>"}"""
                        ),
                    ],
                    default
                );
                break;
            case 3:
                await annotations.WriteAsync(
                    host.App.Id,
                    host.User.Id,
                    [
                        new NewAnnotation(
                            input.Id,
                            concept.Id,
                            true,
                            random.Next(2) == 0 ? StatusCode.AnnotationPending : StatusCode.AnnotationAwaitingReview,
                            Machine: true,
                            Score: random.NextDouble()
                        ),
                    ],
                    default
                );
                break;
            case 4:
                var waiting = (
                    await annotations.WriteAsync(
                        host.App.Id,
                        host.User.Id,
                        [
                            new NewAnnotation(
                                input.Id,
                                concept.Id,
                                true,
                                StatusCode.AnnotationPending,
                                Machine: true,
                                Score: random.NextDouble()
                            ),
                        ],
                        default
                    )
                )[0];
                await annotations.ChangeStatusAsync(
                    host.App.Id,
                    otherId,
                    waiting.ExternalId,
                    present ? StatusCode.AnnotationSuccess : StatusCode.AnnotationReviewDenied,
                    default
                );
                break;
            default:
                var batch = await decisions.DecideAsync(
                    host.App.Id,
                    host.User.Id,
                    [new NewDecision(input.Id, concept.Id, present)],
                    default
                );
                await decisions.UndoAsync(host.App.Id, host.User.Id, batch, default);
                break;
        }
    }
}
