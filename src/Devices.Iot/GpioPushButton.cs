using Iot.Device.Button;

namespace EdgeKit.Devices.Iot;

/// <summary>A button between a pin and ground, the pin's own resistor holding it up.</summary>
internal sealed class GpioPushButton : IPushButton
{
    /// <summary>Contacts bounce for some milliseconds.</summary>
    private static readonly TimeSpan Bounce = TimeSpan.FromMilliseconds(20);

    private readonly GpioButton _button;

    internal GpioPushButton(int pin)
    {
        try
        {
            _button = new GpioButton(pin, debounceTime: Bounce);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new DeviceException($"GPIO pin {pin}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        _button.Press += OnPress;
    }

    public event Action? Pressed;

    public bool IsDown => _button.IsPressed;

    public void Dispose()
    {
        _button.Press -= OnPress;
        _button.Dispose();
    }

    private void OnPress(object? sender, EventArgs e) => Pressed?.Invoke();
}
