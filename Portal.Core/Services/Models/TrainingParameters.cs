namespace Portal.Core.Services.Models;

/// <summary>What a job of the kind <c>train</c> is to do.</summary>
public sealed record TrainingParameters(long ModelVersionId);
