namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>A write that gave way to another of the same run, with the reason in words.</summary>
public sealed record OverruledWrite(IntendedWrite Write, IntendedWrite By, string Reason);
