using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>A camera, or what stands for one.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>Width of its pictures in pixels.</summary>
    int Width { get; }

    /// <summary>Height of its pictures in pixels.</summary>
    int Height { get; }

    /// <summary>Waits for a picture newer than the last one read and writes it into <paramref name="frame"/>.</summary>
    /// <param name="frame">A frame of <see cref="Width"/> x <see cref="Height"/> pixels.</param>
    /// <returns>False when the source has ended and no picture follows.</returns>
    /// <exception cref="ArgumentException"><paramref name="frame"/> has another size.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    bool TryRead(Frame frame);
}
