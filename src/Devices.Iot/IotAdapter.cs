namespace EdgeKit.Devices.Iot;

/// <summary>Pins, displays and cameras by way of Iot.Device.Bindings, in builds with that package on.</summary>
public static class IotAdapter
{
    /// <summary>Whether this build has the package. Where it has not, the methods return null.</summary>
    public static bool IsAvailable =>
#if VENDORS
        true;
#else
        false;
#endif

    /// <summary>A pin as an output that is off at first.</summary>
    /// <param name="pin">The pin's number on the board's default GPIO chip (BCM numbering on a Raspberry Pi).</param>
    /// <returns>The output, or null in a build without the package.</returns>
    /// <exception cref="DeviceException">The board has no such pin, or it is in use.</exception>
    public static IAlarmOutput? OpenAlarm(int pin) => IsAvailable ? new GpioAlarm(pin) : null;

    /// <summary>A buzzer that needs a tone, silent at first. One that sounds by itself, given a voltage, is an <see cref="OpenAlarm"/>.</summary>
    /// <param name="pin">The pin's number.</param>
    /// <param name="hertz">The tone.</param>
    /// <returns>The buzzer, or null in a build without the package.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The tone is not positive.</exception>
    /// <exception cref="DeviceException">The board has no such pin, or it is in use.</exception>
    public static IAlarmOutput? OpenBuzzer(int pin, double hertz = 2000) => IsAvailable ? new ToneBuzzer(pin, hertz) : null;

    /// <summary>A button between a pin and ground.</summary>
    /// <param name="pin">The pin's number.</param>
    /// <returns>The button, or null in a build without the package.</returns>
    /// <exception cref="DeviceException">The board has no such pin, or it is in use.</exception>
    public static IPushButton? OpenButton(int pin) => IsAvailable ? new GpioPushButton(pin) : null;

    /// <summary>An SSD1306 display of 128x64 pixels.</summary>
    /// <param name="bus">The number in <c>/dev/i2c-N</c>: 1 on a Raspberry Pi's pins.</param>
    /// <param name="address">Its address on the bus.</param>
    /// <returns>The display, or null in a build without the package.</returns>
    /// <exception cref="DeviceException">There is no such bus, or nothing answers at the address.</exception>
    public static IStatusDisplay? OpenDisplay(int bus = 1, int address = 0x3C) => IsAvailable ? new OledDisplay(bus, address) : null;

    /// <summary>A V4L2 camera that delivers YUYV.</summary>
    /// <param name="device">The number in <c>/dev/videoN</c>.</param>
    /// <param name="width">Width in pixels, even.</param>
    /// <param name="height">Height in pixels.</param>
    /// <returns>The running camera, or null in a build without the package.</returns>
    /// <exception cref="DeviceException">There is no such camera, or it does not deliver pictures of that size.</exception>
    public static IFrameSource? OpenCamera(int device, int width, int height) => IsAvailable ? new IotCamera(device, width, height) : null;
}
