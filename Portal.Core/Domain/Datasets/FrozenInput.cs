using Portal.Core.Domain.Exchange;

namespace Portal.Core.Domain.Datasets;

/// <summary>An input of a dataset with all that was said of it.</summary>
/// <param name="Key">Internal key: an id may be given to another input later.</param>
internal sealed record FrozenInput(long Key, ExchangeInput Input);
