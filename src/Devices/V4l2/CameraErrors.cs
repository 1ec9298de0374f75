namespace EdgeKit.Devices.V4l2;

/// <summary>From errno to what a person can do about it.</summary>
internal static class CameraErrors
{
    internal static DeviceException Of(string path, int errno, string doing) => errno switch
    {
        Errno.NoEntry => Missing(path),
        Errno.Access or Errno.NotPermitted => new DeviceException(DeviceFault.NoPermission,
            $"{path}: this user may not open it; run: sudo usermod -aG video $USER, then log in again"),
        Errno.Busy => new DeviceException(DeviceFault.Busy, $"{path}: another program is using it; fuser -v {path} names it"),
        Errno.NoDevice or Errno.NoSuchAddress => new DeviceException(DeviceFault.Unplugged, $"{path}: the camera was unplugged"),
        Errno.NotTty => new DeviceException(DeviceFault.WrongFormat, $"{path}: not a video device"),
        _ => new DeviceException(DeviceFault.Other, $"{path}: {doing} failed: errno {errno}{(errno == Errno.Io ? " (input/output error; try another cable or port)" : "")}"),
    };

    private static DeviceException Missing(string path)
    {
        string[] others = Directory.Exists("/dev") ? Directory.GetFiles("/dev", "video*") : [];
        Array.Sort(others, StringComparer.Ordinal);
        return new DeviceException(DeviceFault.Missing, $"{path}: there is no such camera; {(others.Length == 0 ? "no /dev/video* is there: is it plugged in?" : $"there are {string.Join(", ", others)}")}");
    }
}
