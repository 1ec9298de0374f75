namespace EdgeKit.Devices.Iot;

/// <summary>Pins and cameras by way of Iot.Device.Bindings, in builds with that package on.</summary>
public static class IotAdapter
{
    /// <summary>Whether this build has the package. Where it has not, the two methods return null.</summary>
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

    /// <summary>A V4L2 camera that delivers YUYV.</summary>
    /// <param name="device">The number in <c>/dev/videoN</c>.</param>
    /// <param name="width">Width in pixels, even.</param>
    /// <param name="height">Height in pixels.</param>
    /// <returns>The running camera, or null in a build without the package.</returns>
    /// <exception cref="DeviceException">There is no such camera, or it does not deliver pictures of that size.</exception>
    public static IFrameSource? OpenCamera(int device, int width, int height) => IsAvailable ? new IotCamera(device, width, height) : null;
}
