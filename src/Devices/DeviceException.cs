namespace EdgeKit.Devices;

/// <summary>A camera, pin or other device is missing or failed; the message is one line that names it.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>Makes an exception with its one-line message and what caused it.</summary>
    public DeviceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Makes an exception with the kind of fault and its one-line message.</summary>
    public DeviceException(DeviceFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>The kind of fault.</summary>
    public DeviceFault Fault { get; }
}
