using System.Text.Json;
using EdgeKit.Agent;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Format;
using EdgeKit.Testing;
using EdgeKit.Tests.Cli;
using Google.Protobuf;
using Xunit;

namespace EdgeKit.Tests.Agent;

/// <summary>watch --tile: a fully convolutional detector compiled for whole pictures and for tiles of them finds the same.</summary>
public sealed class TileWatchTests : IDisposable
{
    private const int Width = 192, Height = 128, Side = 64;

    // Convolutions of 3x3 and strides of 2, 2, 2 see 15 pixels, from 7 before a cell's first pixel to its seventh, which is 11 from its middle. Distances of at most 1.5 cells of 8
    // pixels move the middle of a box by at most 6.
    private const int Stride = 8, Radius = 11, Farthest = 6;

    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_the_halo_tiles_find_what_the_whole_picture_finds_and_without_it_they_do_not(bool isInt8)
    {
        (string whole, string tile) = Models(isInt8);
        using AgentModel one = Load(whole, null), exact = Load(tile, new TileChoice(Radius + Farthest)), poor = Load(tile, new TileChoice(0));
        int wrong = 0;
        for (int seed = 0; seed < 4; seed++)
        {
            // Two pixels share their chroma, so that tiles must begin at the right one.
            byte[] bytes = new byte[Width * Height * 2];
            new Random(seed).NextBytes(bytes);
            var picture = new RawPicture(PixelFormat.Yuyv, Width, Height, Width * 2, YuvMatrix.Bt601Limited, bytes);
            ImageMapping mapping = one.Feed(picture);
            one.Session.Run();
            Detection[] expected = one.Find(Width, Height, mapping)!.Boxes.ToArray();
            Assert.InRange(expected.Length, 5, 99);
            AssertSame(expected, exact.Tiles!.Find(picture).Boxes);
            wrong += expected.AsSpan().SequenceEqual(poor.Tiles!.Find(picture).Boxes) ? 0 : 1;
        }
        Assert.Equal(4, wrong);
    }

    [Fact]
    public void Sides_that_are_no_multiples_of_the_stride_and_pictures_smaller_than_a_tile_are_filled_up()
    {
        (_, string tile) = Models(isInt8: true);
        using AgentModel model = Load(tile, new TileChoice(Radius)), plain = Load(tile, null);
        Frame small = EdgeKit.Imaging.Scenes.SceneRenderer.Render(3, 40, 30).Frame, odd = EdgeKit.Imaging.Scenes.SceneRenderer.Render(3, 101, 75).Frame;
        Assert.Equal(0, model.Tiles!.Find(odd.Raw).LaneCount);
        _ = model.Tiles.Find(small.Raw);
        // What is not picture is the grey of padding.
        var padded = new Frame(Side, Side);
        padded.Pixels.AsSpan().Fill(Pad);
        for (int y = 0; y < small.Height; y++) small.Row(y).CopyTo(padded.Row(y));
        plain.Feed(padded.Raw);
        Assert.Equal(plain.Session.InputBytes(0).ToArray(), model.Session.InputBytes(0).ToArray());
    }

    [Fact]
    public void Watch_says_the_same_of_a_video_with_and_without_and_tells_what_cannot_be_tiled()
    {
        (string whole, string tile) = Models(isInt8: true);
        string video = _tool.At("video.y4m");
        File.WriteAllBytes(video, Video(2));
        string[] expected = Objects(Watch(whole, "--camera", video, "--json")), actual = Objects(Watch(tile, "--camera", video, "--json", "--tile", $"{Radius + Farthest}"));
        Assert.Equal(2, expected.Length);
        Assert.Equal(expected, actual);
        Assert.Equal(0, Watch(tile, "--camera", video, "--tile", "auto").Code);
        Assert.Contains("halo of 32 pixels leaves nothing", Watch(tile, "--camera", video, "--tile", "32").Errors, StringComparison.Ordinal);
        Assert.Contains("--tile takes a number", Watch(tile, "--camera", video, "--tile", "much").Errors, StringComparison.Ordinal);
        File.WriteAllText(_tool.At("c.json"), """{ "task": "classify", "width": 32, "height": 32, "mean": [0, 0, 0], "std": [1, 1, 1] }""");
        Assert.Equal(0, Tool.Run("compile", _tool.BareNet("c.onnx", size: 32), "--config", _tool.At("c.json"), "--out", _tool.At("c.ekm")).ExitCode);
        (int code, _, string errors) = Watch(_tool.At("c.ekm"), "--camera", video, "--tile", "8");
        Assert.Equal((2, $"edgekit-agent: {_tool.At("c.ekm")}: --tile is for detectors of boxes without landmarks\n"), (code, errors));
    }

    [Fact]
    public void A_net_that_sees_more_than_a_tile_is_refused_unless_a_halo_is_chosen()
    {
        string onnx = _tool.At("deep.onnx"), ekm = _tool.At("deep.ekm");
        File.WriteAllBytes(onnx, Detector(depth: 6).ToBytes());
        Assert.Equal(0, Tool.Run("compile", onnx, "--config", Config(Side, Side), "--out", ekm).ExitCode);
        UsageException e = Assert.Throws<UsageException>(() => Load(ekm, new TileChoice(null)));
        Assert.Contains("see 59 pixels far, which leaves nothing of tiles of 64x64", e.Message, StringComparison.Ordinal);
        using AgentModel model = Load(ekm, new TileChoice(16));
        Assert.NotNull(model.Tiles);
        File.WriteAllBytes(onnx, Detector(depth: 0, pooled: true).ToBytes());
        Assert.Equal(0, Tool.Run("compile", onnx, "--config", Config(Side, Side), "--out", ekm).ExitCode);
        e = Assert.Throws<UsageException>(() => Load(ekm, new TileChoice(null)));
        Assert.Contains("see all of the input", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_after_the_first_allocate_nothing()
    {
        (_, string tile) = Models(isInt8: true);
        using var models = new WatchedModels(new WatchedModel(tile, static path => Load(path, new TileChoice(Radius + Farthest))));
        using var output = new StreamWriter(Stream.Null);
        using var report = new WatchReport(output, models.Results, 1, isJson: true);
        byte[] bytes = new byte[Width * Height * 2];
        new Random(3).NextBytes(bytes);
        void Look(int from, int to)
        {
            for (int frame = from; frame < to; frame++)
            {
                models.Feed(new RawPicture(PixelFormat.Yuyv, Width, Height, Width * 2, YuvMatrix.Bt601Limited, bytes), captured: 0);
                models.Run(captured: 0, Width, Height);
                report.Write(frame);
            }
        }
        Look(0, 3);
        Assert.True(report.HasFound);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Look(3, 30);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private const byte Pad = 114;

    private static AgentModel Load(string path, TileChoice? tiles) => AgentModel.Load(path, new ThreadChoice(1, null), null, tiles);

    private static void AssertSame(ReadOnlySpan<Detection> expected, ReadOnlySpan<Detection> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            (Detection a, Detection b) = (expected[i], actual[i]);
            Assert.Equal((a.Class, a.Score), (b.Class, b.Score));
            // Coordinates to their rounding: that of a column is not that of the same column in a tile.
            Assert.True(MathF.Abs(a.Left - b.Left) < 1e-3f && MathF.Abs(a.Top - b.Top) < 1e-3f && MathF.Abs(a.Right - b.Right) < 1e-3f && MathF.Abs(a.Bottom - b.Bottom) < 1e-3f, $"{a} {b}");
        }
    }

    /// <summary>The detector compiled for whole pictures and for tiles.</summary>
    private (string Whole, string Tile) Models(bool isInt8)
    {
        string onnx = _tool.At("net.onnx"), whole = _tool.At("whole.ekm"), tile = _tool.At("tile.ekm");
        File.WriteAllBytes(onnx, Detector().ToBytes());
        if (isInt8) Quantize(onnx);
        Assert.Equal(0, Tool.Run("compile", onnx, "--config", Config(Width, Height), "--shape", $"{Height}x{Width}", "--out", whole).ExitCode);
        Assert.Equal(0, Tool.Run("compile", onnx, "--config", Config(Side, Side), "--shape", $"{Side}x{Side}", "--out", tile).ExitCode);
        return (whole, tile);
    }

    /// <summary>Quantizes at one size; what is written says no sizes afterwards.</summary>
    private void Quantize(string onnx)
    {
        string quantized = _tool.At("q.onnx");
        Assert.Equal(0, Tool.Run("quantize", onnx, "--calib", "random", "--config", Config(Side, Side), "--out", quantized).ExitCode);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(quantized));
        for (int i = 2; i < 4; i++) model.Graph.Input[0].Type.TensorType.Shape.Dim[i] = new TensorShapeProto.Types.Dimension { DimParam = $"d{i}" };
        model.Graph.ValueInfo.Clear();
        foreach (ValueInfoProto output in model.Graph.Output) output.Type = null;
        File.WriteAllBytes(onnx, model.ToByteArray());
    }

    private string Config(int width, int height)
    {
        string path = _tool.At($"{width}x{height}.json");
        File.WriteAllText(path, $$"""
            { "task": "detect", "width": {{width}}, "height": {{height}}, "fit": "stretch", "pad": {{Pad}}, "mean": [128, 128, 128], "std": [64, 64, 64], "labels": ["a", "b"],
              "decoder": { "kind": "fcos", "strides": [{{Stride}}], "score": 0.62, "iou": 0.5 } }
            """);
        return path;
    }

    /// <summary>A detector of random weights: three convolutions that halve, more of the same size, heads for scores and distances.</summary>
    private static OnnxModelBuilder Detector(int depth = 0, bool pooled = false)
    {
        var random = new Random(5);
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 1, 3, -1, -1);
        string last = "x";
        int channels = 3;
        for (int i = 0; i < 3 + depth; i++) (last, channels) = (Conv($"c{i}", last, channels, 16, 3, i < 3 ? 2 : 1), 16);
        if (pooled)
        {
            builder.Node("GlobalAveragePool", last, "pool").Node("Mul", $"{last} pool", "gated");
            last = "gated";
        }
        Conv("scores", last, channels, 2, 1, 1, relu: false);
        Conv("far", last, channels, 4, 1, 1, relu: false);
        return builder.Constant("low", Tensor.Scalar(0f)).Constant("high", Tensor.Scalar(1.5f)).Node("Clip", "far low high", "boxes").Output("scores", "boxes");

        string Conv(string name, string input, int from, int to, int size, int stride, bool relu = true)
        {
            float[] weights = [.. Enumerable.Range(0, to * from * size * size).Select(_ => (float)((random.NextDouble() - 0.5) * 3.5 / Math.Sqrt(from * size * size)))];
            builder.Constant($"{name}.w", Tensor.Of(weights, to, from, size, size))
                .Node("Conv", $"{input} {name}.w", name, ("strides", new[] { stride, stride }), ("pads", new[] { size / 2, size / 2, size / 2, size / 2 }), ("kernel_shape", new[] { size, size }));
            if (!relu) return name;
            builder.Node("Relu", name, $"{name}.relu");
            return $"{name}.relu";
        }
    }

    private static byte[] Video(int frames)
    {
        byte[] pixels = new byte[Width * Height * 3 / 2];
        new Random(8).NextBytes(pixels);
        byte[] frame = [.. "FRAME\n"u8, .. pixels];
        return [.. System.Text.Encoding.ASCII.GetBytes($"YUV4MPEG2 W{Width} H{Height} F30:1 C420\n"), .. Enumerable.Repeat(frame, frames).SelectMany(static f => f)];
    }

    private static string[] Objects((int Code, string Output, string Errors) run)
    {
        Assert.Equal((0, ""), (run.Code, run.Errors));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipLast(1).Select(static l => JsonDocument.Parse(l).RootElement.GetProperty("objects").GetRawText())];
    }

    private static (int Code, string Output, string Errors) Watch(string model, params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        int code = EdgeKit.Agent.CommandLine.Run(["watch", model, .. arguments], output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
