using System.Diagnostics;
using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>What sources share whose every picture is an object of its own.</summary>
internal sealed class OwnedFrames : IFrameOwner
{
    private long _next;

    /// <summary>Lends a picture, without a copy.</summary>
    internal CapturedFrame Lend(Frame picture)
    {
        var frame = new CapturedFrame(this, 0, picture.Pixels);
        frame.Describe(FrameLayout.Packed(PixelFormat.Rgb24, picture.Width, picture.Height));
        return frame.Lend(picture.Pixels.Length, Stopwatch.GetTimestamp(), _next++);
    }

    // The collector has it.
    void IFrameOwner.TakeBack(CapturedFrame frame)
    {
    }
}
