namespace Portal.Core.Engines.Embedding;

/// <summary>Everything that decides which vector a picture gets. Equal identities give equal vectors.</summary>
/// <param name="Name">The network's short name, for people.</param>
/// <param name="Key">Name, then a hash of the network's bytes, side, preparation of the input and output names; at most
/// 120 characters, stored with each embedding.</param>
public sealed record EmbedderIdentity(string Name, string Key)
{
    public override string ToString() => Key;

    /// <summary>A key without its hash, for people: <c>resnet18@288</c>.</summary>
    public static string Shown(string key) => key.LastIndexOf(':') is > 0 and var end ? key[..end] : key;
}
