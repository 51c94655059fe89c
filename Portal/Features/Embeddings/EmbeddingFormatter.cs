using System.Globalization;
using Portal.Core.Services.Reembedding;

namespace Portal.Features.Embeddings;

/// <summary>A change of the embedder, in words for a page.</summary>
public static class EmbeddingFormatter
{
    public static string Of(EmbedderChange change)
    {
        if (change.Left == 0)
        {
            return change.CanRemove
                ? $"All inputs have vectors of {change.Current}. Those of {Names(change.Earlier)} are read by "
                    + $"nothing any more."
                : $"All inputs have vectors of {change.Current}. Those of {Names(change.Earlier)} stay until the "
                    + $"models below are trained again.";
        }
        var words = string.Create(
            CultureInfo.CurrentCulture,
            $"{change.Embedded:N0} of {change.Inputs:N0} inputs have vectors of {change.Current}. "
        );
        return words
            + (
                change.Earlier.Count > 0
                    ? $"The others have those of {Names(change.Earlier)}, and"
                    : "The others have none, and"
            )
            + " are left out of similar pictures until they are embedded again.";
    }

    public static string Brief(EmbedderChange change) =>
        change switch
        {
            { Left: > 0 } => string.Create(
                CultureInfo.CurrentCulture,
                $"{change.Embedded:N0} of {change.Inputs:N0} inputs embedded{Models(change)}"
            ),
            { CanRemove: true } => $"All inputs embedded; vectors of {Names(change.Earlier)} can go",
            _ => $"All inputs embedded{Models(change)}",
        };

    /// <summary>What there is to start; null where only training helps.</summary>
    public static string? Action(EmbedderChange change) =>
        change switch
        {
            { Left: > 0 } => string.Create(CultureInfo.CurrentCulture, $"Re-embed {change.Left:N0}"),
            { CanRemove: true } => "Remove old vectors",
            _ => null,
        };

    public static string Of(OutdatedModel model) =>
        $"{model.Name}: version {model.Version}{(model.IsInDefault ? ", in the default workflow," : "")} was "
        + $"trained on vectors of {model.Embedder}"
        + (
            model.WhyGone is not null
                ? ", whose network is lost. Train it again."
                : ". It goes on scoring until it is trained again."
        );

    public static string Names(IReadOnlyList<string> embedders) => string.Join(" and ", embedders);

    private static string Models(EmbedderChange change) =>
        change.Models.Count switch
        {
            0 => "",
            1 => "; 1 model to train again",
            var count => string.Create(CultureInfo.CurrentCulture, $"; {count:N0} models to train again"),
        };
}
