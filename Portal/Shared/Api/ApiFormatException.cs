using System.Text.Json;

namespace Portal.Shared.Api;

/// <summary>
/// A value of the right JSON type that says nothing the field understands. The message is a clause that follows the
/// field's name.
/// </summary>
internal sealed class ApiFormatException(string message) : JsonException(message);
