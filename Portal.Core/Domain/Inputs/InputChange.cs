using Portal.Core.Services.Explorer;

namespace Portal.Core.Domain.Inputs;

/// <summary>
/// An entry of the log that says which input's row, annotations or labels changed. Triggers write it in the transaction
/// of the change, whatever code made it, so that <see cref="InputIndex"/> never misses one.
/// </summary>
public sealed class InputChange
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public long InputId { get; set; }
}
