namespace Portal.Core.Domain.Annotations;

/// <summary>
/// How the input of a decision came before the person. A sample that was chosen by its scores says nothing certain
/// about uploads in general, so only <see cref="Random"/> and <see cref="Audit"/> stand behind a guarantee.
/// </summary>
public enum SamplingMethod
{
    /// <summary>Nobody said: the person may have looked for it.</summary>
    Unstated = 0,

    /// <summary>By chance, in order of upload, or labelled as it was uploaded: without a look at any score.</summary>
    Random = 1,

    /// <summary>Because its answer was likely to teach the model most.</summary>
    MostInformative = 2,

    /// <summary>Because a workflow was not sure of it.</summary>
    Pending = 3,

    /// <summary>By chance, from what a workflow accepted.</summary>
    Audit = 4,
}
