namespace Portal.Core.Domain.Exchange;

/// <summary>What a format may be able to say beyond "this concept is on this picture".</summary>
[Flags]
public enum ExchangeDetail
{
    None = 0,

    /// <summary>Several concepts on one picture.</summary>
    SeveralConcepts = 1,

    /// <summary>✗: a concept that is not on the picture.</summary>
    Absent = 2,

    /// <summary>Tags that wait for a person.</summary>
    Waiting = 4,

    /// <summary>Scores of machine tags.</summary>
    Scores = 8,

    /// <summary>Whether a person or a machine said it.</summary>
    Maker = 16,

    /// <summary>Inputs without any label.</summary>
    Unlabelled = 32,

    /// <summary>The portal's ids of inputs, and their file names beside them.</summary>
    InputIds = 64,

    Metadata = 128,

    /// <summary>Rejected tags, who decided what and when.</summary>
    History = 256,

    Everything = 511,
}
