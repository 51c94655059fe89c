using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Features.Models;

/// <summary>
/// Models that need no training and stand in one workflow alone: tools of that workflow, which other places fold away.
/// </summary>
public static class HelperModels
{
    /// <summary>The workflow whose tool the model is, or null.</summary>
    public static Workflow? WorkflowOf(ModelView model, NodeTypeRegistry types, IReadOnlyList<WorkflowView> workflows)
    {
        if (types.Get(model.Model.TypeId).NeedsTraining)
        {
            return null;
        }

        var users = workflows
            .Where(w => w.Versions.Any(v => v.Nodes.Any(n => n.ModelId == model.Model.ExternalId)))
            .Take(2)
            .ToList();
        return users is [var only] ? only.Workflow : null;
    }
}
