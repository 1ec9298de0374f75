using EdgeKit.Devices;
using EdgeKit.Imaging;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent camera</c>: what a camera delivers, and one of its pictures.</summary>
internal static class CameraCommand
{
    public static void Run(ReadOnlySpan<string> args, TextWriter output, CancellationToken cancel)
    {
        var arguments = new Arguments(args, ["--json"], [.. CameraChoice.Options, "--out"]);
        if (arguments.Rest.Count > 0) throw new UsageException("camera takes no files: edgekit-agent camera --camera /dev/video0 --out picture.png");
        using IFrameSource camera = CameraChoice.Open(arguments, "camera", static _ => { });
        CapturedFrame captured = camera.Capture(cancel) ?? throw new OperationCanceledException();
        (int width, int height, PixelFormat format, YuvMatrix matrix) = (captured.Width, captured.Height, captured.Format, captured.Matrix);
        var picture = new Frame(width, height);
        try
        {
            PixelConversion.ToRgb(captured.Picture, picture);
        }
        finally
        {
            captured.Return();
        }
        if (arguments.Text("--out") is { } path) ImageFile.Save(picture, path);
        output.WriteLine(arguments.Has("--json")
            ? JsonText.Of(json =>
            {
                json.WriteString("camera", camera.Name);
                json.WriteNumber("width", width);
                json.WriteNumber("height", height);
                json.WriteString("format", $"{format}");
                json.WriteString("matrix", $"{matrix}");
            })
            : $"{camera.Name}: {width}x{height} {format}, {matrix}");
    }
}
