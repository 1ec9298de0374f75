using System.CommandLine;
using EdgeKit.Devices.Iot;
using EdgeKit.Imaging;
using EdgeKit.Imaging.ImageSharp;
using EdgeKit.Runtime.OnnxRuntime;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit setup</c>: says which of the optional parts this build and this machine have.</summary>
internal static class SetupVerb
{
    public static Command Create(Terminal terminal)
    {
        Option<bool> json = SharedOptions.Json();
        Option<string?> ort = SharedOptions.Ort();
        var command = new Verb("setup", "Says which optional parts are there.",
            """
            Says which optional parts are there, and how to get the others. In a checkout,
            ./edgekit setup also tries the three vendor packages again and rebuilds.

            Example: ./edgekit setup
            """) { json, ort };
        command.SetAction(parsed =>
        {
            Part[] parts = [OnnxRuntime(parsed.GetValue(ort)), ImageSharp(), Jpeg(), Iot()];
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(new Report(JsonOutput.Version, parts)) : Text(parts));
        });
        return command;
    }

    private static Part OnnxRuntime(string? path)
    {
        try
        {
            OrtLibrary library = OrtLibrary.Load(path);
            return new Part("ONNX Runtime", true, $"{library.Version}, {string.Join(", ", library.Providers)}; {library.Path}");
        }
        catch (OnnxRuntimeException e)
        {
            return new Part("ONNX Runtime", false, e.Message);
        }
    }

    private static Part ImageSharp() => ImageSharpAdapter.Create() is { } decoder
        ? new Part("SixLabors.ImageSharp", true, $"{decoder.Name} decodes JPEG, WebP, GIF and TIFF")
        : new Part("SixLabors.ImageSharp", false, "built without the package; PNG, BMP and PPM are built in, JPEG goes to the system's library");

    private static Part Jpeg() => ImageCodecs.JpegDecoderName is var name && name != "none"
        ? new Part("JPEG", true, name)
        : new Part("JPEG", false, "no decoder; on Debian, Ubuntu and Raspberry Pi OS: apt install libturbojpeg0");

    private static Part Iot() => IotAdapter.IsAvailable
        ? new Part("Iot.Device.Bindings", true, "pins and cameras of boards")
        : new Part("Iot.Device.Bindings", false, "built without the package; EdgeKit's own drivers are used");

    private static string Text(Part[] parts) =>
        string.Join('\n', parts.Select(static p => $"{p.Name,-21} {(p.Available ? "on " : "off")}  {p.Detail}"));

    private sealed record Report(int Version, IReadOnlyList<Part> Parts);

    private sealed record Part(string Name, bool Available, string Detail);
}
