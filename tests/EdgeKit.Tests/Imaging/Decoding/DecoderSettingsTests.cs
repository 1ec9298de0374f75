using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Testing;
using EdgeKit.Tests.Architecture;
using Xunit;
using static EdgeKit.Tests.Imaging.Decoding.DecoderHarness;

namespace EdgeKit.Tests.Imaging.Decoding;

public class DecoderSettingsTests
{
    [Fact]
    public void Every_field_survives_a_round_trip()
    {
        const string All = """
            {"kind": "x", "score": 0.1, "iou": 0.2, "max": 7, "strides": [4, 8], "min_sizes": [[1, 2], [3]], "anchors": [[4, 5], [6, 7]], "variances": [0.3, 0.4], "center": 0.25,
             "activation": "softmax", "decoded": true, "multi_label": false, "rows": [0, 0.5, 1], "lanes": "l"}
            """;
        Preprocessing read = Settings(8, 8, All, "a");
        string json = read.ToJson();
        Assert.Equal(json, Preprocessing.Parse(json, "again").ToJson());
        DecoderSettings d = Preprocessing.Parse(json, "again").Decoder!;
        Assert.Equal(("x", 0.1f, 0.2f, 7, 0.25f, ScoreActivation.Softmax, true, false, "l"), (d.Kind, d.Score, d.Iou, d.Max, d.Center, d.Activation, d.Decoded, d.MultiLabel, d.Lanes));
        Assert.Equal([4, 8], d.Strides!);
        Assert.Equal([[1f, 2f], [3f]], d.MinSizes!);
        Assert.Equal([[4f, 5f], [6f, 7f]], d.Anchors!);
        Assert.Equal([0.3f, 0.4f], d.Variances!);
        Assert.Equal([0f, 0.5f, 1f], d.Rows!);
    }

    [Theory]
    [InlineData("7", "m.json: field \"decoder\" must be a text or an object")]
    [InlineData("{}", "m.json: decoder: field \"kind\" is missing")]
    [InlineData("""{"kind": "x", "treshold": 1}""", "m.json: decoder: there is no field \"treshold\"; there are kind, score")]
    [InlineData("""{"kind": "x", "score": 1.5}""", "m.json: decoder: field \"score\" must be a number from 0 to 1")]
    [InlineData("""{"kind": "x", "iou": "high"}""", "\"iou\" must be a number from 0 to 1")]
    [InlineData("""{"kind": "x", "max": 0}""", "\"max\" must be an integer from 1 to 1000")]
    [InlineData("""{"kind": "x", "strides": []}""", "\"strides\" must be a list of 1 to 16")]
    [InlineData("""{"kind": "x", "strides": [8, -8]}""", "\"strides\" must be a list of positive integers")]
    [InlineData("""{"kind": "x", "min_sizes": [3]}""", "\"min_sizes\" must be a list of lists of positive numbers")]
    [InlineData("""{"kind": "x", "anchors": [[0]]}""", "\"anchors\" must be a list of lists of positive numbers")]
    [InlineData("""{"kind": "x", "variances": [0.1]}""", "\"variances\" must be a list of 2 numbers")]
    [InlineData("""{"kind": "x", "activation": "relu"}""", "\"activation\" must be one of none, sigmoid, softmax")]
    [InlineData("""{"kind": "x", "decoded": 1}""", "\"decoded\" must be true or false")]
    [InlineData("""{"kind": "x", "rows": [2]}""", "\"rows\" must be a list of numbers from 0 to 1")]
    public void Errors_name_file_and_field(string decoder, string message) =>
        Assert.Contains(message, Assert.Throws<ImageException>(() => Settings(8, 8, decoder, "a")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"yolo99\"", "there is no decoder \"yolo99\"; there are fastestdet, nanodet")]
    [InlineData("null", "names no decoder")]
    [InlineData("\"fastestdet\"", "decoder \"fastestdet\" needs one output of 1x(5+classes)xHxW")]
    [InlineData("\"nanodet\"", "decoder \"nanodet\" needs scores and 4 distances")]
    [InlineData("\"fcos\"", "decoder \"fcos\" needs scores and 4 distances")]
    [InlineData("\"yolox\"", "decoder \"yolox\" needs one output of 1x21x(5+classes)")]
    [InlineData("\"yolov5\"", "decoder \"yolov5\" needs one output of 1xNx(5+classes)")]
    [InlineData("\"yolov8\"", "decoder \"yolov8\" needs one output of 1xNx(4+classes)")]
    [InlineData("\"ssd-priors\"", "decoder \"ssd-priors\" needs outputs for 61 priors")]
    [InlineData("""{"kind": "retinaface", "strides": [1], "min_sizes": [[1], [2]]}""", "needs 1 lists of priors, one a stride")]
    [InlineData("\"segmentation\"", "decoder \"segmentation\" needs outputs of 1xCxHxW")]
    [InlineData("\"row-anchors\"", "decoder \"row-anchors\" needs an output of 1x(cells+1)x(rows)x(lanes)")]
    public void Outputs_that_do_not_fit_are_named(string decoder, string message)
    {
        ImageException e = Assert.Throws<ImageException>(() => Create(Settings(32, 32, decoder, "a", "b"), [1, 5, 5]));
        Assert.StartsWith("m.onnx: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        if (message.Contains("needs", StringComparison.Ordinal)) Assert.EndsWith("and 2 labels, but the model has 'out0' 1x5x5", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_classes_that_is_not_the_labels_is_refused() => Assert.Contains("scores of 3 classes",
        Assert.Throws<ImageException>(() => Create(Settings(8, 8, "\"fastestdet\"", Labels(3)), [1, 9, 2, 2])).Message, StringComparison.Ordinal);

    [Fact]
    public void Lists_of_labels()
    {
        Assert.Equal(80, LabelLists.Coco80.Distinct().Count());
        Assert.Equal(("person", "dog", "toothbrush"), (LabelLists.Coco80[0], LabelLists.Coco80[16], LabelLists.Coco80[79]));
        Assert.Equal(LabelLists.Voc20.Order(StringComparer.Ordinal), LabelLists.Voc20);
        Preprocessing p = Settings(8, 8, "\"fastestdet\"") with { Labels = null, Classes = "imagenet1k" };
        Assert.Contains("\"imagenet1k\"", Assert.Throws<ImageException>(() => LabelLists.Of(p, "m")).Message, StringComparison.Ordinal);
    }

    /// <summary>The outputs that the models for which settings lie in models/configs are known to have.</summary>
    private static readonly Dictionary<string, int[][]> KnownOutputs = new()
    {
        ["fastestdet_352"] = [[1, 85, 22, 22]],
        ["nanodet_m_416"] = [[1, 2704, 80], [1, 676, 80], [1, 169, 80], [1, 2704, 32], [1, 676, 32], [1, 169, 32]],
        ["nanodet_plus_m_416"] = [[1, 3598, 112]],
        ["yolox_nano_416"] = [[1, 3549, 85]],
        ["yolov5n_640"] = [[1, 25200, 85]],
        ["yolov8n_640"] = [[1, 84, 8400]],
        ["ultraface_rfb_320"] = [[1, 4420, 2], [1, 4420, 4]],
        ["retinaface_mobilenet0.25_240x320"] = [[1, 3160, 4], [1, 3160, 2], [1, 3160, 10]],
        ["twinlitenet_360x640"] = [[1, 2, 360, 640], [1, 2, 360, 640]],
        ["ufld_tusimple_288x800"] = [[1, 101, 56, 4]],
    };

    [Fact]
    public void The_settings_that_lie_in_models_configs_fit_their_models()
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "models", "configs"), "*.json");
        Assert.Equal(KnownOutputs.Keys.Order(StringComparer.Ordinal), files.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        foreach (string file in files)
        {
            Preprocessing settings = Preprocessing.Load(file);
            Assert.Equal(settings.ToJson(), Preprocessing.Parse(settings.ToJson(), "again").ToJson());
            ModelDecoder decoder = Create(settings, KnownOutputs[Path.GetFileNameWithoutExtension(file)]);
            Assert.True(decoder.FindsBoxes || decoder.FindsLanes, file);
        }
    }

    [DataFact]
    public void The_file_beside_every_real_detector_names_a_decoder_that_is_there()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(TestData.Root!, "models"), "*.json"))
        {
            Preprocessing settings = Preprocessing.Load(file);
            if (ModelDecoder.SettingsOf(settings) is { } decoder) Assert.Contains(decoder.Kind, DecoderKinds.All);
            else Assert.Equal("classify", settings.Task);
        }
    }
}
