using System.Device.Gpio;

namespace EdgeKit.Devices.Iot;

internal sealed class GpioAlarm : IAlarmOutput
{
    private readonly int _pinNumber;
    private readonly GpioController _controller;
    private readonly GpioPin _pin;

    internal GpioAlarm(int pin)
    {
        _pinNumber = pin;
        GpioController? controller = null;
        try
        {
            controller = new GpioController();
            _pin = controller.OpenPin(pin, PinMode.Output, false);
            _controller = controller;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            controller?.Dispose();
            throw Failure(e);
        }
    }

    public void Set(bool on)
    {
        try
        {
            _pin.Write(on);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or ObjectDisposedException))
        {
            throw Failure(e);
        }
    }

    public void Dispose()
    {
        try
        {
            _pin.Write(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The pin is gone, or was disposed before: either way nothing drives it.
        }
        _controller.Dispose();
    }

    // Drivers throw whatever they like, from IOException to PlatformNotSupportedException.
    private DeviceException Failure(Exception e) => new($"GPIO pin {_pinNumber}: {e.Message.ReplaceLineEndings(" ")}", e);
}
