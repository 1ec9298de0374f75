namespace EdgeKit.Agent;

/// <summary>A command line that is not understood, or that lacks something.</summary>
internal sealed class UsageException(string message) : Exception(message);
