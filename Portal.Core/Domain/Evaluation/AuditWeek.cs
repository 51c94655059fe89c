namespace Portal.Core.Domain.Evaluation;

/// <param name="Monday">Its first day, UTC.</param>
public sealed record AuditWeek(DateOnly Monday, int Right, int Reviewed);
