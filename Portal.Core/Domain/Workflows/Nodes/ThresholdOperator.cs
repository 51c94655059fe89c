namespace Portal.Core.Domain.Workflows.Nodes;

/// <summary>How a score is compared with a threshold; the numbers are Clarifai's <c>ValueComparator</c>.</summary>
public enum ThresholdOperator
{
    GreaterThan = 1,
    GreaterThanOrEqual = 2,
    LessThan = 3,
    LessThanOrEqual = 4,
    Equal = 5,
}
