namespace EdgeKit.Devices;

/// <summary>A button that somebody presses.</summary>
public interface IPushButton : IDisposable
{
    /// <summary>It was pressed and let go. Raised on a thread of the device's.</summary>
    event Action? Pressed;

    /// <summary>Whether it is down.</summary>
    bool IsDown { get; }
}
