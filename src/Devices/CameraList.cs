using System.Globalization;
using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>From the name of a camera to the camera.</summary>
public static class CameraList
{
    /// <summary>The names that are understood, for help texts.</summary>
    public const string Names = "/dev/videoN, csi[:N], jetson[:N], a .y4m, .mjpeg or .yuyv file, a folder, scenes[:SEED]";

    /// <summary>Opens a camera. Those that can go away are waited for when they do (<see cref="ReconnectingSource"/>).</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="request">What is asked of it. Files have their own size, except .yuyv, which says nothing about itself.</param>
    /// <param name="tell">Gets a line when the camera goes and when it is back.</param>
    /// <returns>The source.</returns>
    /// <exception cref="DeviceException">The camera cannot be opened.</exception>
    /// <exception cref="ImageException">The file or folder cannot be read.</exception>
    public static IFrameSource Open(string name, CameraRequest request, Action<string> tell)
    {
        (string kind, ulong? number) = Split(name);
        if (kind == "csi") return new ReconnectingSource(() => PipeCamera.RaspberryPi((int)(number ?? 0), request), tell);
        if (kind == "jetson") return new ReconnectingSource(() => PipeCamera.Jetson((int)(number ?? 0), request), tell);
        if (kind == "scenes") return new SceneSource(number ?? 1, request.Width, request.Height);
        if (name.StartsWith("/dev/", StringComparison.Ordinal)) return new ReconnectingSource(() => new V4l2Camera(name, request), tell);
        return Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".Y4M" => new Y4mSource(OpenFile(name), name),
            ".MJPEG" or ".MJPG" => new MjpegSource(OpenFile(name), name),
            ".YUYV" => new RawVideoSource(OpenFile(name), FrameLayout.Packed(PixelFormat.Yuyv, request.Width, request.Height), name),
            _ => new PictureSource(name),
        };
    }

    private static (string Kind, ulong? Number) Split(string name)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return (name, null);
        return ulong.TryParse(name[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && name[..colon] is "scenes" or "csi" or "jetson"
            ? (name[..colon], number) : (name, null);
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"{path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"cannot be read: {e.Message}")}", e);
        }
    }
}
