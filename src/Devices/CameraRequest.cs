using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>What is asked of a camera, which gives the nearest that it has.</summary>
public sealed record CameraRequest
{
    /// <summary>Width in pixels.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Height in pixels.</summary>
    public int Height { get; init; } = 480;

    /// <summary>Pictures a second; null for the camera's own choice.</summary>
    public int? FrameRate { get; init; }

    /// <summary>The pixel format; null for the first of YUYV, NV12, MJPG, RGB and GREY that has the nearest size.</summary>
    public PixelFormat? Format { get; init; }

    /// <summary>How long a picture may fail to come before the camera counts as frozen.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);
}
