using System.Globalization;
using System.Text;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;

namespace Portal.Demo;

/// <summary>Holds the tags a workflow wrote against the truth that was kept from it.</summary>
internal sealed class DemoReport(AnnotationService annotations)
{
    public async Task<string> WriteAsync(IReadOnlyList<(Input Input, Scene Scene)> uploaded, CancellationToken ct)
    {
        var tags = await annotations.OfInputsAsync([.. uploaded.Select(u => u.Input.Id)], ct);
        var text = new StringBuilder();
        text.AppendLine();
        text.AppendLine(
            "concept      pictures   SUCCESS right / wrong   PENDING right / wrong   dropped although present"
        );
        foreach (var concept in SceneCatalogue.Concepts)
        {
            var present = uploaded.Where(u => u.Scene.Concepts.Contains(concept)).Select(u => u.Input.Id).ToHashSet();
            var success = Count(StatusCode.AnnotationSuccess);
            var pending = Count(StatusCode.AnnotationPending);
            text.AppendLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{concept, -12} {present.Count, 8}   {success.Right, 13} / {success.Wrong, -5}   "
                        + $"{pending.Right, 13} / {pending.Wrong, -5}   "
                        + $"{present.Count - success.Right - pending.Right, 24}"
                )
            );

            (int Right, int Wrong) Count(StatusCode status)
            {
                var tagged = tags.SelectMany(t => t)
                    .Where(t => t.ConceptExternalId == concept && t.Status == status)
                    .Select(t => t.InputId)
                    .ToList();
                return (tagged.Count(present.Contains), tagged.Count(id => !present.Contains(id)));
            }
        }
        return text.ToString();
    }
}
