using System.Globalization;
using EdgeKit.Devices;
using EdgeKit.Imaging;

namespace EdgeKit.Agent;

/// <summary>The options that choose a camera and what is asked of it.</summary>
internal static class CameraChoice
{
    /// <summary>Their names.</summary>
    public static readonly string[] Options = ["--camera", "--size", "--fps", "--format", "--play"];

    private static readonly (string Name, PixelFormat Format)[] Formats =
        [("yuyv", PixelFormat.Yuyv), ("nv12", PixelFormat.Nv12), ("mjpg", PixelFormat.Jpeg), ("rgb", PixelFormat.Rgb24), ("grey", PixelFormat.Grey)];

    /// <summary>Opens the camera.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="verb">What messages call the command.</param>
    /// <param name="tell">Gets a line when the camera goes and when it is back.</param>
    /// <exception cref="UsageException">An option is missing or wrong.</exception>
    public static IFrameSource Open(Arguments arguments, string verb, Action<string> tell)
    {
        string name = arguments.Text("--camera") ?? throw new UsageException($"{verb} needs --camera, one of: {CameraList.Names}");
        (int width, int height) = Size(arguments.Text("--size"));
        var request = new CameraRequest { Width = width, Height = height, FrameRate = arguments.Number("--fps", 1, 1000), Format = Format(arguments.Text("--format")) };
        int? play = arguments.Number("--play", 1, 1000);
        IFrameSource camera = CameraList.Open(name, request, tell);
        return play is { } rate && !camera.IsLive ? new PacedSource(camera, rate) : camera;
    }

    private static PixelFormat? Format(string? text)
    {
        if (text is null) return null;
        foreach ((string name, PixelFormat format) in Formats)
        {
            if (name == text) return format;
        }
        throw new UsageException($"--format takes one of {string.Join(", ", Formats.Select(static f => f.Name))}, not '{text}'");
    }

    private static (int Width, int Height) Size(string? text)
    {
        if (text is null) return (640, 480);
        int x = text.IndexOf('x', StringComparison.Ordinal);
        if (x > 0 && Side(text.AsSpan(0, x)) is { } width && Side(text.AsSpan(x + 1)) is { } height) return (width, height);
        throw new UsageException($"--size takes width and height from 16 to 4096, such as 640x480, not '{text}'");
    }

    private static int? Side(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is >= 16 and <= 4096 ? side : null;
}
