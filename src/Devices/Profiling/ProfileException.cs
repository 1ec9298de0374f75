namespace EdgeKit.Devices.Profiling;

/// <summary>A file is no profile, or profiles cannot be compared. The message is one line and says what to do.</summary>
public sealed class ProfileException(string message, Exception? inner = null) : Exception(message, inner);
