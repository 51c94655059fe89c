using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Models;
using Portal.Tests.Support;

namespace Portal.Tests.Evaluation;

/// <summary>Trains the model "model" over the concepts "red" and "blue" on squares of these colours.</summary>
internal static class EvaluationModels
{
    private static readonly (byte, byte, byte) White = (250, 250, 250);

    /// <summary>Uploads so many squares of each colour with their labels and waits until they are processed.</summary>
    public static async Task UploadAsync(CoreHost host, int to, int from = 0)
    {
        var inputs = host.Get<InputService>();
        foreach (
            var (concept, colour) in new[]
            {
                ("red", ((byte)220, (byte)30, (byte)30)),
                ("blue", ((byte)30, (byte)30, (byte)220)),
            }
        )
        {
            for (var seed = from; seed < to; seed++)
            {
                await inputs.AcceptAsync(
                    host.App.Id,
                    host.User.Id,
                    new NewInput($"{concept}-{seed}", Labels: [new InputLabel(concept, true)]),
                    new MemoryStream(Pictures.Square(seed, colour, White)),
                    default
                );
            }
        }
        await Wait.ForAsync(
            () => host.Get<InputService>().CountAsync(host.App.Id, default),
            counts => counts.ToProcess + counts.Processing == 0
        );
    }

    /// <summary>Trains a new version and waits until it is evaluated, or it is said what is missing.</summary>
    public static async Task<(ModelVersionView Version, VersionEvaluation Evaluation)> EvaluatedAsync(CoreHost host)
    {
        var models = host.Get<ModelService>();
        var (version, _) = await models.TrainAsync(host.App.Id, host.User.Id, "model", default);
        var evaluation = await Wait.ForAsync(
            () => host.Get<EvaluationService>().FindAsync(version.Id, default),
            e => e is { IsUnderWay: false }
        );
        return (await models.GetVersionAsync(host.App.Id, "model", version.ExternalId, default), evaluation!);
    }
}
