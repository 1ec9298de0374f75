using System.Text.Json;
using System.Xml.Linq;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Cli.Finding;

/// <summary>The verbs demo and eval on nets of a convolution, whose outputs follow from the picture's colour.</summary>
public sealed class FindingTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    /// <summary>A net on 1x3x8x8 whose outputs are biases plus weight x red, and its preprocessing beside it.</summary>
    private string Net(string name, string decoder, float[] biases, float[] weights, string more = "")
    {
        var graph = new Graph { Name = "finder" };
        Value x = graph.AddInput("x", ElementType.Float, [1, 3, 8, 8]);
        Value w = graph.NewConstant("w", Tensor.Of([.. weights.SelectMany(static v => new[] { v, 0, 0 })], biases.Length, 3, 1, 1));
        Value b = graph.NewConstant("b", Tensor.Of(biases, biases.Length));
        Node conv = graph.Append("Conv", [x, w, b]);
        conv.Attributes.Set("kernel_shape", new[] { 1, 1 });
        graph.AddOutput(conv.Output);
        OnnxFile.Save(graph, _tool.At(name));
        File.WriteAllText(Path.ChangeExtension(_tool.At(name), ".json"),
            $$"""{"width": 8, "height": 8, "mean": [0,0,0], "std": [255,255,255], "decoder": {{decoder}}{{more}}}""");
        return _tool.At(name);
    }

    /// <summary>FastestDet's outputs: objectness is the red of the cell, the box half of the picture, the class certain.</summary>
    private string Detector(string labels = "\"person\"") =>
        Net("net.onnx", "\"fastestdet\"", [0, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0], $$""", "labels": [{{labels}}]""");

    /// <summary>A black picture with one red pixel at (2, 4): a box from 0 to 4 and from 2 to 6.</summary>
    private string Picture(string name = "p.png", int width = 8, int height = 8)
    {
        var frame = new Frame(width, height);
        if (width == 8) frame.Row(4)[2 * 3] = 255;
        ImageFile.Save(frame, _tool.At(name));
        return _tool.At(name);
    }

    private string Annotation(string name, string objects)
    {
        File.WriteAllText(_tool.At(name), $"<annotation>{objects}</annotation>");
        return _tool.At(name);
    }

    private static string VocObject(string name, int xmin, int ymin, int xmax, int ymax) =>
        $"<object><name>{name}</name><difficult>0</difficult><bndbox><xmin>{xmin}</xmin><ymin>{ymin}</ymin><xmax>{xmax}</xmax><ymax>{ymax}</ymax></bndbox></object>";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Objects_as_JSON_lines_with_pictures_and_a_page(bool compiled)
    {
        string model = Detector(), output = _tool.At("o");
        if (compiled)
        {
            Assert.Equal(0, Tool.Run("compile", model, "--out", _tool.At("m.ekm")).ExitCode);
            model = _tool.At("m.ekm");
        }
        Outcome run = Tool.Run("demo", "objects", "--model", model, "--images", Picture("a.png"), Picture("b.png", 12), "--out", output, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        string[] lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        JsonElement first = JsonDocument.Parse(lines[0]).RootElement, found = first.GetProperty("objects")[0];
        Assert.Equal((1, "a.png", 8), (first.GetProperty("version").GetInt32(), first.GetProperty("image").GetString(), first.GetProperty("width").GetInt32()));
        Assert.Equal("person", found.GetProperty("label").GetString());
        Assert.Equal(1, found.GetProperty("confidence").GetDouble(), 1e-4);
        Assert.Equal([0, 2, 4, 6], found.GetProperty("box").EnumerateArray().Select(static v => v.GetDouble()));
        Assert.Equal(0, JsonDocument.Parse(lines[1]).RootElement.GetProperty("objects").GetArrayLength());
        Assert.True(first.GetProperty("infer_ms").GetDouble() >= 0 && first.GetProperty("find_ms").GetDouble() >= 0 && first.GetProperty("prepare_ms").GetDouble() >= 0);
        Assert.Equal(first.GetProperty("picture").GetString(), Path.Combine(output, "a.png"));
        Assert.Contains(ImageFile.Load(Path.Combine(output, "a.png")).Pixels, static p => p is not 0 and not 255);
        XDocument page = XDocument.Load(Path.Combine(output, "index.html"));
        Assert.Equal(["a.png", "b.png"], page.Descendants("img").Select(static i => i.Attribute("src")!.Value));
        Assert.Equal(["a.png", "b.png", "index.html"], Directory.GetFiles(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Lines_of_text_and_a_threshold_and_a_limit()
    {
        string model = Detector();
        Directory.CreateDirectory(_tool.At("in"));
        Picture("in/a.png");
        Picture("in/b.png");
        Outcome run = Tool.Run("demo", "objects", "--model", model, "--images", _tool.At("in"), "--out", _tool.At("o"), "--limit", "1", "--score", "1");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.StartsWith("a.png: 1 person (to 1.00) (", Assert.Single(run.Output.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_the_same_name_do_not_replace_each_other()
    {
        Directory.CreateDirectory(_tool.At("x"));
        Tool.Run("demo", "objects", "--model", Detector(), "--images", Picture("a.png"), Picture("x/a.png"), "--out", _tool.At("o"));
        Assert.Equal(["a-2.png", "a.png", "index.html"], Directory.GetFiles(_tool.At("o")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Lanes_as_polylines_in_pixels_of_the_picture()
    {
        // The mask's logits are -2 and 4 x red - 2.
        string model = Net("lanes.onnx", """{"kind": "segmentation", "lanes": "line"}""", [0, -4], [0, 8], """, "outputs": ["line"]""");
        var frame = new Frame(16, 16);
        for (int y = 0; y < 16; y++) for (int x = 6; x < 8; x++) frame.Row(y)[x * 3] = 255;
        ImageFile.Save(frame, _tool.At("p.png"));
        Outcome run = Tool.Run("demo", "lanes", "--model", model, "--images", _tool.At("p.png"), "--out", _tool.At("o"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement lane = Assert.Single(run.Json.GetProperty("lanes").EnumerateArray().ToArray());
        Assert.InRange(lane.GetProperty("confidence").GetDouble(), 0.5, 1);
        foreach (JsonElement point in lane.GetProperty("points").EnumerateArray()) Assert.Equal(7, point[0].GetDouble(), 0.1);
        Assert.Equal(15, lane.GetProperty("points")[0][1].GetDouble(), 0.1);
        Assert.Equal("line", run.Json.GetProperty("masks")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void A_config_gives_the_decoder()
    {
        string model = Detector();
        File.Move(Path.ChangeExtension(model, ".json"), _tool.At("other.json"));
        Assert.Equal(2, Tool.Run("demo", "objects", "--model", model, "--images", Picture(), "--out", _tool.At("o")).ExitCode);
        Assert.Equal(0, Tool.Run("demo", "objects", "--model", model, "--config", _tool.At("other.json"), "--images", Picture(), "--out", _tool.At("o")).ExitCode);
    }

    [Fact]
    public void Failures_are_one_line_and_leave_nothing()
    {
        string picture = Picture(), detector = Detector();
        (int, string)[] expected =
        [
            (2, "finds no lanes"), (1, "there is no decoder \"x\""), (1, "needs one output of 1x(5+classes)xHxW"), (2, "--score 2"), (2, "--limit must be positive"), (1, "no such file"),
        ];
        Outcome[] runs =
        [
            Tool.Run("demo", "lanes", "--model", detector, "--images", picture, "--out", _tool.At("o")),
            Tool.Run("demo", "objects", "--model", Net("x.onnx", "\"x\"", [0], [1]), "--images", picture, "--out", _tool.At("o")),
            Tool.Run("demo", "objects", "--model", Net("y.onnx", "\"fastestdet\"", [0], [1]), "--images", picture, "--out", _tool.At("o")),
            Tool.Run("demo", "objects", "--model", detector, "--images", picture, "--out", _tool.At("o"), "--score", "2"),
            Tool.Run("demo", "objects", "--model", detector, "--images", picture, "--out", _tool.At("o"), "--limit", "0"),
            Tool.Run("demo", "objects", "--model", detector, "--images", _tool.At("nothing.png"), "--out", _tool.At("o")),
        ];
        for (int i = 0; i < runs.Length; i++)
        {
            Assert.Equal(expected[i].Item1, runs[i].ExitCode);
            Assert.Contains(expected[i].Item2, runs[i].LastError, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(_tool.At("o")));
    }

    [Fact]
    public void Eval_prints_the_figure_with_its_definition()
    {
        string model = Detector();
        Annotation("p.xml", VocObject("person", 1, 3, 4, 6) + VocObject("tvmonitor", 1, 1, 4, 4));
        Outcome run = Tool.Run("eval", model, "--images", Picture(), "--annotations", "voc", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0.5, run.Json.GetProperty("map50").GetDouble());
        Assert.Equal(1, run.Json.GetProperty("ap50").GetProperty("person").GetDouble());
        Assert.Equal(0, run.Json.GetProperty("ap50").GetProperty("tvmonitor").GetDouble());
        Assert.Equal(2, run.Json.GetProperty("map50_ci95").GetArrayLength());
        Assert.Contains("IoU", run.Json.GetProperty("definition").GetString(), StringComparison.Ordinal);
        Outcome text = Tool.Run("eval", model, "--images", Picture());
        Assert.Contains("mAP@0.5    0.5000", text.Output, StringComparison.Ordinal);
        Assert.All(text.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Eval_against_a_reference_gives_the_difference()
    {
        string model = Detector();
        Annotation("p.xml", VocObject("person", 1, 3, 4, 6));
        Outcome run = Tool.Run("eval", model, "--reference", model, "--images", Picture(), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(1, run.Json.GetProperty("map50_reference").GetDouble());
        Assert.Equal([0, 0], run.Json.GetProperty("difference_ci95").EnumerateArray().Select(static v => v.GetDouble()));
    }

    [Fact]
    public void Eval_on_scenes_gives_lanes_and_objects()
    {
        string lanes = Net("lanes.onnx", """{"kind": "segmentation", "lanes": "line"}""", [0, -4], [0, 8], """, "outputs": ["line"]""");
        Outcome run = Tool.Run("eval", lanes, "--scenes", "2", "--seed", "5", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.InRange(run.Json.GetProperty("f1").GetDouble(), 0, 0.5);
        Assert.Equal(2, run.Json.GetProperty("images").GetInt32());
        Assert.Contains("20 px", run.Json.GetProperty("definition").GetString(), StringComparison.Ordinal);
        Outcome objects = Tool.Run("eval", Detector(), "--scenes", "2", "--seed", "5", "--json");
        Assert.True(objects.ExitCode == 0, objects.Error);
        Assert.InRange(objects.Json.GetProperty("map50").GetDouble(), 0, 0.5);
        Assert.InRange(objects.Json.GetProperty("map50_all").GetDouble(), 0, 0.5);
        Assert.Contains("lower than 25 px", objects.Json.GetProperty("definition").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, Tool.Run("eval", lanes, "--scenes", "0").ExitCode);
        Assert.Equal(2, Tool.Run("eval", lanes).ExitCode);
        Assert.Equal(2, Tool.Run("eval", lanes, "--scenes", "2", "--images", Picture()).ExitCode);
    }

    [Theory]
    [InlineData(null, "there is no such annotation")]
    [InlineData("<annotation>", "cannot be read")]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'c'>]><annotation/>", "cannot be read")]
    [InlineData("<annotation><object><name>unicorn</name></object></annotation>", "\"unicorn\" is no class of PASCAL VOC")]
    [InlineData("<annotation><object><name>cat</name></object></annotation>", "a cat has no bndbox")]
    [InlineData("<annotation><object><name>cat</name><bndbox><xmin>1</xmin><ymin>x</ymin></bndbox></object></annotation>", "the box of a cat has no number ymin")]
    [InlineData("<annotation><object><name>cat</name><bndbox><xmin>5</xmin><ymin>1</ymin><xmax>3</xmax><ymax>2</ymax></bndbox></object></annotation>", "the box of a cat is empty")]
    public void Annotations_that_are_not_right_are_named(string? content, string message)
    {
        if (content is not null) File.WriteAllText(_tool.At("p.xml"), content);
        Outcome run = Tool.Run("eval", Detector(), "--images", Picture());
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("p.xml: ", run.LastError, StringComparison.Ordinal);
        Assert.Contains(message, run.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Eval_of_a_model_without_boxes_or_without_classes_of_VOC_is_refused()
    {
        string lanes = Net("lanes.onnx", """{"kind": "segmentation", "lanes": "line"}""", [0, -4], [0, 8], """, "outputs": ["line"]""");
        Assert.Equal(2, Tool.Run("eval", lanes, "--images", Picture()).ExitCode);
        Annotation("p.xml", "");
        Outcome run = Tool.Run("eval", Detector("\"unicorn\""), "--images", Picture());
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("none of its labels is a class of PASCAL VOC", run.LastError, StringComparison.Ordinal);
    }
}
