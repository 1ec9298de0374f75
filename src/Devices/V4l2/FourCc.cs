using EdgeKit.Imaging;

namespace EdgeKit.Devices.V4l2;

/// <summary>The four letters by which Linux names pixel formats.</summary>
internal static class FourCc
{
    /// <summary>The formats that are read, the preferred first: those that need no decoding before those that do.</summary>
    internal static readonly (uint Code, PixelFormat Format)[] Known =
    [
        (Of("YUYV"), PixelFormat.Yuyv), (Of("NV12"), PixelFormat.Nv12), (Of("MJPG"), PixelFormat.Jpeg), (Of("JPEG"), PixelFormat.Jpeg), (Of("RGB3"), PixelFormat.Rgb24),
        (Of("GREY"), PixelFormat.Grey),
    ];

    internal static uint Of(string name) => name[0] | ((uint)name[1] << 8) | ((uint)name[2] << 16) | ((uint)name[3] << 24);

    internal static string Name(uint code)
    {
        Span<char> name = stackalloc char[4];
        for (int i = 0; i < name.Length; i++)
        {
            char letter = (char)((code >> (8 * i)) & 0x7F);
            name[i] = char.IsAsciiLetterOrDigit(letter) ? letter : '.';
        }
        return name.ToString();
    }
}
