namespace EdgeKit.Devices;

/// <summary>A model that is not whole, not signed by whom it must be, or not to be stored. The message is one line and says what to do.</summary>
public sealed class SlotException(string message, Exception? inner = null) : Exception(message, inner);
