using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Inputs;

namespace Portal.Features.Evaluation;

/// <summary>A mistake with the picture and the concept it is about.</summary>
public sealed record MistakenInput(Mistake Mistake, Input Input, Concept Concept);
