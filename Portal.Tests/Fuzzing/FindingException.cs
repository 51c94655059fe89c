namespace Portal.Tests.Fuzzing;

/// <summary>A case that the portal did not stand up to, with what is needed to send it again.</summary>
internal sealed class FindingException(string message) : Exception(message);
