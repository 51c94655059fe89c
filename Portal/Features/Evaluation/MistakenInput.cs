using Portal.Core.Concepts;
using Portal.Core.Evaluation;
using Portal.Core.Inputs;

namespace Portal.Features.Evaluation;

/// <summary>A mistake with the picture and the concept it is about.</summary>
public sealed record MistakenInput(Mistake Mistake, Input Input, Concept Concept);
