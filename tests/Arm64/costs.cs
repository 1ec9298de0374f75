#:property PublishAot=false
#:project ../../src/Pruning/EdgeKit.Pruning.csproj
using System.Globalization;
using System.Text.Json;
using EdgeKit.Onnx;
using EdgeKit.Pruning.Budgets;

// costs make FOLDER: networks of many layers of all shapes, NAME.onnx. costs fit PROFILE.json CORE COUNTS.json [HELD-OUT.json]...: instructions by kernel, fitted to what the
// rig counted, and how far they are off, on these layers and on networks that were not fitted. Run by tests/Arm64/costs.
const string Core72 = "cortex-a72";
if (args is ["make", var folder]) Make(folder);
else if (args is ["fit", var profile, var core, var counts, .. var others]) Fit(profile, core, counts, others);
else Console.Error.WriteLine("costs make FOLDER | costs fit PROFILE.json CORE COUNTS.json [HELD-OUT.json]...");

// --- networks

static void Make(string folder)
{
    foreach (int size in new[] { 112, 56, 28, 14, 7 })
    {
        var random = new Random(size);
        var graph = new Graph();
        Value picture = graph.AddInput("x", ElementType.Float, [1, 3, size, size]);
        int most = Math.Min(960, 5376 / size);
        foreach (int outputs in new[] { 8, 24, 32 }) graph.AddOutput(Conv(graph, random, picture, 3, outputs, 3, 1 + outputs / 24));
        for (int i = 0; i < 14; i++)
        {
            int inputs = Channels(), outputs = Channels();
            Value x = Conv(graph, random, picture, 3, inputs, 1, 1);
            graph.AddOutput(Conv(graph, random, x, inputs, outputs, 1, i % 7 == 6 ? 2 : 1));
            if (i < 4) graph.AddOutput(Conv(graph, random, x, inputs, Math.Min(outputs, 128), 3, 1 + i % 2));
            graph.AddOutput(Conv(graph, random, x, inputs, inputs, i % 4 < 2 ? 3 : 5, 1 + i % 2, inputs));
            if (i < 2) graph.AddOutput(Conv(graph, random, x, inputs, 2 * Math.Max(8, outputs / 2), 1, 1, 2));
            if (i is > 1 and < 4) Read("MaxPool", [x], ("kernel_shape", new[] { i, i }), ("strides", new[] { 2, 2 }));
            if (i is > 3 and < 6) Read("AveragePool", [x], ("kernel_shape", new[] { i - 2, i - 2 }), ("strides", new[] { 2, 2 }));
            if (i is > 5 and < 9) Read("GlobalAveragePool", [x]);
            if (i is > 8 and < 13) Read("Add", [x, Op(graph, "HardSwish", [Conv(graph, random, picture, 3, inputs, 1, 1, relu: false)])]);

            // What gives the model's outputs stays in float.
            void Read(string type, Value[] operands, params (string Name, object Value)[] attributes) =>
                graph.AddOutput(Conv(graph, random, Op(graph, type, operands, attributes), inputs, 8, 1, 1));
        }
        ShapeInference.Run(graph);
        OnnxFile.Save(graph, Path.Combine(folder, $"layers-{size}.onnx"));

        // Some widths that whole panels do not divide.
        int Channels() => Math.Max(8, random.Next(most / 6, most) / (random.Next(4) == 0 ? 4 : 8) * 8 / 2 / 4 * 4);
    }
}

static Value Op(Graph graph, string type, Value[] inputs, params (string Name, object Value)[] attributes)
{
    Node node = graph.Append(type, inputs);
    foreach ((string name, object value) in attributes) node.Attributes.Set(name, value);
    ShapeInference.Run(graph);
    return node.Output;
}

static Value Conv(Graph graph, Random random, Value x, int inputs, int outputs, int kernel, int stride, int groups = 1, bool relu = true)
{
    float bound = MathF.Sqrt(6f / (inputs / groups * kernel * kernel));
    var weights = new float[outputs * (inputs / groups) * kernel * kernel];
    for (int i = 0; i < weights.Length; i++) weights[i] = (random.NextSingle() * 2 - 1) * bound;
    int pad = kernel / 2;
    Value sums = Op(graph, "Conv", [x, graph.NewConstant("w", Tensor.Of(weights, outputs, inputs / groups, kernel, kernel)), graph.NewConstant("b", Tensor.Of(new float[outputs], outputs))],
        ("group", groups), ("strides", new[] { stride, stride }), ("pads", new[] { pad, pad, pad, pad }));
    return relu ? Op(graph, "Relu", [sums]) : sums;
}

// --- fit

static void Fit(string profilePath, string core, string countsPath, string[] heldOut)
{
    bool plain = core == Core72;
    KernelCosts[] kernels =
    [
        Kernel(LayerKind.Dense, true, 0, 0, plain ? 2 : 4, plain ? 48 : 16, plain ? 8 : 4),
        Kernel(LayerKind.Depthwise, true, 3, 1, 1, plain ? 8 : 16, 1),
        Kernel(LayerKind.Depthwise, true, 3, 2, 1, plain ? 8 : 16, 1),
        .. plain ? Array.Empty<KernelCosts>() : [Kernel(LayerKind.Depthwise, true, 5, 1, 1, 16, 1), Kernel(LayerKind.Depthwise, true, 5, 2, 1, 16, 1)],
        Kernel(LayerKind.Depthwise, true, 0, 0, 1, 8, 1),
        Kernel(LayerKind.Binary, true, 0, 0, 1, 16, 1),
        Kernel(LayerKind.Pool, true, 0, 0, 1, 16, 1),
        Kernel(LayerKind.Table, true, 0, 0, 1, 16, 1),
        Kernel(LayerKind.Dense, false, 0, 0, 4, 24, 1),
        Kernel(LayerKind.Depthwise, false, 3, 1, 1, 4, 1),
        Kernel(LayerKind.Depthwise, false, 3, 2, 1, 4, 1),
        Kernel(LayerKind.Depthwise, false, 0, 0, 1, 4, 1),
        Kernel(LayerKind.Binary, false, 0, 0, 1, 4, 1),
        Kernel(LayerKind.Pool, false, 0, 0, 1, 4, 1),
        Kernel(LayerKind.Table, false, 0, 0, 1, 4, 1),
    ];
    (LayerShape Shape, double Count)[] samples = [.. Read(countsPath, core).SelectMany(static m => m.Layers)];
    for (int k = 0; k < kernels.Length; k++)
    {
        KernelCosts kernel = kernels[k];
        var own = samples.Where(s => Array.Find(kernels, o => o.Fits(s.Shape)) == kernel).ToArray();
        if (own.Length == 0) continue;
        kernels[k] = kernel with { Coefficients = LeastSquares([.. own.Select(s => kernel.Features(s.Shape))], [.. own.Select(static s => s.Count)]) };
    }
    // Clocks of the Raspberry Pi 4 and 5, and instructions a cycle that are assumed.
    var profile = new TargetProfile(core, [.. kernels.Where(static k => k.Coefficients.Count > 0)], plain ? 1.5e6 * 1.5 : 2.4e6 * 2, []);
    File.WriteAllText(profilePath, ProfileFile.ToJson(profile) + "\n");
    Console.WriteLine($"{"layers",-34} {"number",6} {"mean error",10} {"largest",8}");
    foreach (var kind in samples.GroupBy(static s => (s.Shape.Kind, s.Shape.Int8)))
        Print($"{kind.Key.Kind}, {(kind.Key.Int8 ? "INT8" : "float")}", [.. kind.Select(s => Math.Abs(profile.InstructionsOf(s.Shape) / s.Count - 1))]);
    foreach (string path in heldOut)
    {
        foreach (var model in Read(path, core))
        {
            double fitted = model.Layers.Sum(s => profile.InstructionsOf(s.Shape)), counted = model.Layers.Sum(static s => s.Count);
            Print(model.Name, [.. model.Layers.Select(s => Math.Abs(profile.InstructionsOf(s.Shape) / s.Count - 1))]);
            Console.WriteLine(FormattableString.Invariant($"  its layers {fitted / counted - 1:+0.0 %;-0.0 %}, which are {counted / model.Total:0.0 %} of its instructions"));
        }
    }

    static KernelCosts Kernel(LayerKind kind, bool int8, int size, int stride, int rows, int columns, int depth) => new(kind, int8, size, stride, rows, columns, depth, []);

    static void Print(string name, double[] errors) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-34} {errors.Length,6} {errors.Average(),10:0.0 %} {errors.Max(),8:0.0 %}"));
}

// What tests/Arm64/run --per-layer --json printed, of one core.
static List<(string Name, double Total, (LayerShape Shape, double Count)[] Layers)> Read(string path, string core)
{
    var models = new List<(string, double, (LayerShape, double)[])>();
    using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
    foreach (JsonElement result in document.RootElement.GetProperty("results").EnumerateArray().Where(r => r.GetProperty("cpu").GetString() == core))
    {
        var layers = new List<(LayerShape, double)>();
        foreach (JsonElement layer in result.GetProperty("by_layer").EnumerateArray())
            if (Shape(layer) is { } shape) layers.Add((shape, layer.GetProperty("instructions").GetDouble()));
        models.Add((result.GetProperty("model").GetString()!, result.GetProperty("instructions").GetDouble(), [.. layers]));
    }
    return models;
}

static LayerShape? Shape(JsonElement layer)
{
    LayerKind? kind = layer.GetProperty("kind").GetString() switch
    {
        "Conv 1x1" or "Conv" => LayerKind.Dense,
        "Conv depthwise" => LayerKind.Depthwise,
        "Binary" => LayerKind.Binary,
        "Pool" => LayerKind.Pool,
        "Table" or "Unary" => LayerKind.Table,
        _ => null,
    };
    if (kind is not { } known) return null;
    int[] x = Dims("input"), y = Dims("output");
    (int height, int width) = y.Length == 4 ? (y[1], y[2]) : (1, y[..^1].Aggregate(1, static (n, d) => n * d));
    return new LayerShape(known, layer.GetProperty("type").GetString() == "Int8", x[^1], y[^1], height, width,
        Number("kernel_height"), Number("kernel_width"), Number("stride"), Number("groups"));

    int[] Dims(string name) => [.. layer.GetProperty(name).EnumerateArray().Select(static d => d.GetInt32())];

    int Number(string name) => layer.GetProperty(name).GetInt32();
}

// Non-negative least squares of relative errors, by coordinate descent. Layers that take next to nothing count less.
static double[] LeastSquares(double[][] features, double[] counts)
{
    int n = features[0].Length;
    double[] c = new double[n], weights = [.. counts.Select(static y => 1 / (y + 20_000))];
    double[] residual = [.. counts.Zip(weights, static (y, w) => y * w)];
    for (int round = 0; round < 20_000; round++)
    {
        for (int f = 0; f < n; f++)
        {
            double dot = 0, square = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                double a = features[i][f] * weights[i];
                dot += a * residual[i];
                square += a * a;
            }
            if (square == 0) continue;
            double next = Math.Max(0, c[f] + dot / square), step = next - c[f];
            c[f] = next;
            for (int i = 0; i < counts.Length; i++) residual[i] -= step * features[i][f] * weights[i];
        }
    }
    return [.. c.Select(static v => Math.Round(v, 4))];
}
