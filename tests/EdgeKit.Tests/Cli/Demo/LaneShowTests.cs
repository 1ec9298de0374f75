using EdgeKit.Cli;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Demo;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Scenes;
using EdgeKit.Cli.Training.Roads;
using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Quantization;
using Xunit;

namespace EdgeKit.Tests.Cli.Demo;

public sealed class LaneShowTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    private static Terminal Silent() => new(TextWriter.Null, TextWriter.Null, false, CancellationToken.None);

    /// <summary>A lane model with random weights and a small input.</summary>
    private OnnxModel SmallModel()
    {
        var task = new LaneTask(64, 32);
        Graph graph = task.CreateNetwork(seed: 2);
        graph.Metadata[PlanCompiler.PreprocessingKey] = task.Preprocessing.ToJson();
        OnnxFile.Save(graph, _tool.At("small.onnx"));
        return OnnxModel.Load(_tool.At("small.onnx"), config: null, shapes: null);
    }

    [Fact]
    public void What_a_job_measures_and_draws_is_in_its_report()
    {
        var show = new Show();
        CompressReport report = Compression.Run(new CompressRequest
        {
            Model = SmallModel(),
            Run = new RunRequest(),
            Name = "lanes",
            Out = _tool.At("out"),
            Calibration = ScenePictures.Of(1, 8),
            Verification = ScenePictures.Of(20, 2),
            Pruning = new PruneOptions { MacBudget = 0.9 },
            Quantization = new QuantizeOptions(),
            Show = show,
            Notes = [],
        }, Silent());
        Assert.Equal(["small.onnx", "lanes.onnx", "lanes.int8.ekm"], show.Measured.Select(Path.GetFileName));
        Assert.Equal([0.5, 0.4, 0.3], report.Stages.Select(static s => s.F1!.Value));
        Assert.Equal((0.5, 0.3), (report.Float.F1, report.PrunedInt8!.F1));
        Assert.Matches("F1 of lane lines +0\\.5000 +0\\.4000 +0\\.3000", report.ToText());
        Assert.Contains("drawn: lanes.int8.ekm", report.ToText(), StringComparison.Ordinal);
        Assert.Contains("F1 of lane lines", File.ReadAllText(_tool.At("out/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Lanes_are_measured_and_drawn()
    {
        OnnxModel model = SmallModel();
        var show = new LaneShow(scenes: 2);
        double f1 = Assert.Single(show.Measure([model.Path], Silent()));
        Assert.InRange(f1, 0, 1);
        string what = show.Draw(model.Path, _tool.Folder);
        Assert.StartsWith(_tool.At("lanes.png"), what, StringComparison.Ordinal);
        Frame sheet = ImageFile.Load(_tool.At("lanes.png"));
        Assert.Equal((2 * 640 + 2, 3 * 360 + 4), (sheet.Width, sheet.Height));
    }

    private sealed class Show : ICompressionShow
    {
        public List<string> Measured { get; } = [];

        public IReadOnlyList<double> Measure(IReadOnlyList<string> files, Terminal terminal)
        {
            Measured.AddRange(files);
            return [0.5, 0.4, 0.3];
        }

        public string Draw(string file, string folder) => $"drawn: {Path.GetFileName(file)}";
    }
}
