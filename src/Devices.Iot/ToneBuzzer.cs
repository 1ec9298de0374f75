using Iot.Device.Buzzer;

namespace EdgeKit.Devices.Iot;

/// <summary>A buzzer that needs a tone: the binding makes one on any pin. One that sounds by itself is a <see cref="GpioAlarm"/>.</summary>
internal sealed class ToneBuzzer : IAlarmOutput
{
    private readonly int _pin;
    private readonly double _hertz;
    private readonly Buzzer _buzzer;

    internal ToneBuzzer(int pin, double hertz)
    {
        if (!(hertz > 0)) throw new ArgumentOutOfRangeException(nameof(hertz), hertz, "a tone has a positive frequency");
        (_pin, _hertz) = (pin, hertz);
        try
        {
            _buzzer = new Buzzer(pin);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw Failure(e);
        }
    }

    public void Set(bool on)
    {
        try
        {
            if (on) _buzzer.StartPlaying(_hertz);
            else _buzzer.StopPlaying();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ObjectDisposedException))
        {
            throw Failure(e);
        }
    }

    // It stops the tone.
    public void Dispose() => _buzzer.Dispose();

    private DeviceException Failure(Exception e) => new($"GPIO pin {_pin}: {e.Message.ReplaceLineEndings(" ")}", e);
}
