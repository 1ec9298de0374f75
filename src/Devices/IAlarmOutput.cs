namespace EdgeKit.Devices;

/// <summary>Something that is on or off: a buzzer, a lamp, a relay.</summary>
public interface IAlarmOutput : IDisposable
{
    /// <summary>Switches it; disposing leaves it off.</summary>
    /// <exception cref="DeviceException">The device refused.</exception>
    void Set(bool on);
}
