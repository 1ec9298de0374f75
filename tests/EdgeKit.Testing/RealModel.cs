using EdgeKit.Imaging;
using EdgeKit.Onnx;

namespace EdgeKit.Testing;

/// <summary>The models of <see cref="TestData"/> with their preprocessing and a few fitting pictures.</summary>
public static class RealModel
{
    /// <summary>File names without extension of all models.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "mobilenet_v2_1.0_224", "shufflenet_v2_1.0_224", "mobilenet_v1_0.25_128", "squeezenet1.1_224", "resnet20_cifar10", "resnet8_cifar10",
        "vww_96_mobilenet_v1_0.25", "fastestdet_352", "nanodet_m_416", "ultraface_rfb_320", "retinaface_mobilenet0.25_240x320", "ppocr_v3_det",
        "ppocr_v2_cls", "twinlitenet_360x640",
    ];

    /// <summary>The names as theory data.</summary>
    public static IEnumerable<object[]> All => Names.Select(static n => new object[] { n });

    /// <summary>Path of the ONNX file.</summary>
    public static string Path(string name) => TestData.Model($"{name}.onnx");

    /// <summary>The preprocessing beside the model.</summary>
    public static Preprocessing PreprocessingOf(string name) => Preprocessing.Load(TestData.Model($"{name}.json"));

    /// <summary>The model as written, normalised, with shapes; not decluttered.</summary>
    public static Graph Load(string name)
    {
        Graph graph = OnnxFile.Load(Path(name));
        Preprocessing p = PreprocessingOf(name);
        ShapeInference.Run(graph, new Dictionary<string, int[]> { [""] = [p.Height, p.Width] });
        return graph;
    }

    /// <summary>A picture of the kind the model was trained on; the few there are repeat.</summary>
    public static Frame Picture(string name, int index = 0)
    {
        string folder = name.Contains("cifar", StringComparison.Ordinal) ? "cifar10-calib-500.bin"
            : name.StartsWith("ppocr", StringComparison.Ordinal) ? "ocr"
            : name.StartsWith("twinlite", StringComparison.Ordinal) ? "driving"
            : name.Contains("face", StringComparison.Ordinal) ? "faces"
            : name.Contains("det", StringComparison.Ordinal) ? "voc"
            : "imagenet-calib";
        ImageSource pictures = ImageSource.Open(TestData.Images(folder));
        return pictures[index % pictures.Count].Load();
    }

    /// <summary>A picture as the model's input, NCHW.</summary>
    public static float[] Input(string name, int index = 0)
    {
        Preprocessing p = PreprocessingOf(name);
        float[] input = new float[3 * p.Height * p.Width];
        Preprocess.ToFloatNchw(Picture(name, index), p, input);
        return input;
    }
}
