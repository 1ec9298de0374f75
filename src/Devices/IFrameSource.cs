namespace EdgeKit.Devices;

/// <summary>A camera, or what stands for one. <see cref="Capture"/> is called from one thread; frames may be given back from any.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>What messages call it, such as /dev/video0.</summary>
    string Name { get; }

    /// <summary>Width of its pictures in pixels. A frame's own size holds: pictures of a folder, or a camera that was plugged in again, may differ.</summary>
    int Width { get; }

    /// <summary>Height of its pictures in pixels.</summary>
    int Height { get; }

    /// <summary>Whether pictures come at their own time, so that late ones are to be dropped; a file waits.</summary>
    bool IsLive { get; }

    /// <summary>Waits for the next picture.</summary>
    /// <param name="cancel">Ends the wait, within 0.2 s.</param>
    /// <returns>The picture, whose memory is the source's and goes back to it with <see cref="CapturedFrame.Return"/>; null when the source has ended or the wait was ended.</returns>
    /// <exception cref="DeviceException">The device failed.</exception>
    /// <exception cref="Imaging.ImageException">A file is malformed.</exception>
    CapturedFrame? Capture(CancellationToken cancel);
}
