using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <summary>Small cases of operators that are written as others, of samplings, and of operators on indices.</summary>
public static partial class ComposedCases
{
    private static readonly string[] HostOnly =
        ["GatherElements", "ScatterElements", "ScatterND", "GatherND", "TopK", "OneHot", "Trilu", "CumSum", "Hardmax", "EyeLike", "ReverseSequence", "CastLike", "ThresholdedRelu", "Shrink"];

    private static readonly Dictionary<string, Func<CaseBuilder, Value[]>> Table = Collect();

    /// <summary>The names, in a fixed order. They read "operator/variant".</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Keys];

    /// <summary>Builds a case.</summary>
    public static OperatorCase Create(string name)
    {
        var builder = new CaseBuilder(name) { Tolerance = 1e-5 };
        // The newest that is read: every form exists there.
        builder.Graph.Opset = 20;
        return builder.BuildComposed(Table[name](builder));
    }

    /// <summary>Whether the runtime takes a case: what works on indices, and samples of volumes, it does not.</summary>
    public static bool Compiles(string name) => !HostOnly.Contains(name[..name.IndexOf('/', StringComparison.Ordinal)]) && name != "GridSample/3-D";

    private static Dictionary<string, Func<CaseBuilder, Value[]>> Collect()
    {
        var table = new Dictionary<string, Func<CaseBuilder, Value[]>>(StringComparer.Ordinal);
        AddVolumes(table.Add);
        AddLpPools(table.Add);
        AddNormalisations(table.Add);
        AddRecurrent(table.Add);
        AddSampling(table.Add);
        AddResizing(table.Add);
        AddIndexing(table.Add);
        AddProducts(table.Add);
        return table;
    }

    private static void AddVolumes(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        void Conv(string name, int[] x, int[] w, params (string, object)[] attributes) => add($"Conv/{name}", b => [b.Op("Conv", [b.In(x), b.Weights(w), b.Weights(w[0])], attributes)]);

        Conv("3-D", [1, 3, 5, 6, 7], [4, 3, 3, 3, 3]);
        Conv("3-D padded", [2, 3, 4, 5, 6], [4, 3, 3, 3, 3], ("pads", new[] { 1, 1, 1, 1, 1, 1 }));
        Conv("3-D stride 2", [1, 2, 7, 8, 9], [3, 2, 3, 3, 3], ("pads", new[] { 1, 1, 1, 1, 1, 1 }), ("strides", new[] { 2, 2, 2 }));
        Conv("3-D dilated, asymmetric", [1, 2, 9, 8, 7], [3, 2, 2, 3, 1], ("pads", new[] { 2, 0, 1, 1, 1, 0 }), ("strides", new[] { 2, 1, 2 }), ("dilations", new[] { 3, 2, 1 }));
        Conv("3-D, frames alone", [2, 3, 4, 6, 6], [5, 3, 1, 3, 3], ("pads", new[] { 0, 1, 1, 0, 1, 1 }));
        Conv("3-D, depth alone", [1, 3, 6, 4, 5], [5, 3, 3, 1, 1], ("pads", new[] { 1, 0, 0, 1, 0, 0 }));
        Conv("3-D grouped", [1, 4, 4, 5, 5], [6, 2, 3, 3, 3], ("group", 2), ("pads", new[] { 1, 1, 1, 1, 1, 1 }));
        Conv("3-D depthwise", [2, 4, 4, 5, 5], [4, 1, 3, 3, 3], ("group", 4), ("pads", new[] { 1, 1, 1, 1, 1, 1 }));
        Conv("3-D SAME_UPPER", [1, 2, 5, 6, 7], [3, 2, 3, 3, 2], ("auto_pad", "SAME_UPPER"), ("strides", new[] { 2, 1, 2 }));
        add("Conv/3-D, two and a relu", static b =>
        {
            Value y = b.Op("Relu", [b.Op("Conv", [b.In(1, 3, 4, 6, 6), b.Weights(8, 3, 3, 3, 3), b.Weights(8)], ("pads", new[] { 1, 1, 1, 1, 1, 1 }))]);
            return [b.Op("Conv", [b.Op("MaxPool", [y], ("kernel_shape", new[] { 2, 2, 2 }), ("strides", new[] { 2, 2, 2 })), b.Weights(5, 8, 3, 3, 3)], ("pads", new[] { 1, 1, 1, 1, 1, 1 }))];
        });

        void Transposed(string name, int[] x, int[] w, int outputs, params (string, object)[] attributes) =>
            add($"ConvTranspose/{name}", b => [b.Op("ConvTranspose", [b.In(x), b.Weights(w), b.Weights(outputs)], attributes)]);

        Transposed("3-D", [2, 3, 3, 4, 4], [3, 2, 3, 3, 3], 2);
        Transposed("3-D, 2x2x2 stride 2", [1, 3, 3, 4, 5], [3, 4, 2, 2, 2], 4, ("strides", new[] { 2, 2, 2 }));
        Transposed("3-D stride 2 padded, dilated", [1, 2, 4, 4, 3], [2, 3, 3, 3, 3], 3, ("strides", new[] { 2, 2, 1 }), ("pads", new[] { 1, 1, 0, 1, 1, 0 }), ("output_padding", new[] { 1, 1, 0 }), ("dilations", new[] { 2, 1, 1 }));
        Transposed("3-D grouped", [1, 4, 2, 3, 3], [4, 2, 2, 2, 2], 4, ("group", 2), ("strides", new[] { 2, 2, 2 }));

        foreach (string kind in new[] { "MaxPool", "AveragePool" })
        {
            void Pool(string name, int[] x, int[] kernel, params (string, object)[] attributes) => add($"{kind}/{name}", b => [b.Op(kind, [b.In(x)], [("kernel_shape", kernel), .. attributes])]);
            Pool("3-D", [2, 3, 4, 5, 6], [2, 2, 2], ("strides", new[] { 2, 2, 2 }));
            Pool("3-D padded", [1, 2, 5, 6, 7], [3, 2, 3], ("pads", new[] { 1, 0, 1, 1, 1, 1 }), ("strides", new[] { 2, 1, 2 }));
            Pool("3-D ceil", [1, 2, 6, 5, 6], [3, 3, 3], ("strides", new[] { 2, 2, 2 }), ("ceil_mode", 1));
            Pool("3-D, depth alone", [1, 2, 6, 4, 4], [3, 1, 1], ("strides", new[] { 3, 1, 1 }));
        }
        add("AveragePool/3-D counting padding", static b => [b.Op("AveragePool", [b.In(1, 2, 5, 5, 5)], ("kernel_shape", new[] { 3, 3, 3 }), ("pads", new[] { 1, 1, 1, 1, 1, 1 }), ("count_include_pad", 1))]);
        add("GlobalAveragePool/3-D", static b => [b.Op("GlobalAveragePool", [b.In(2, 3, 3, 4, 5)])]);
        add("GlobalMaxPool/3-D", static b => [b.Op("GlobalMaxPool", [b.In(2, 3, 3, 4, 5)])]);
    }

    private static void AddLpPools(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        foreach (int p in new[] { 1, 2, 3 })
        {
            add($"LpPool/p {p}", b => [b.Op("LpPool", [b.In(1, 2, 6, 7)], ("kernel_shape", new[] { 3, 2 }), ("strides", new[] { 2, 1 }), ("pads", new[] { 1, 0, 1, 1 }), ("p", p))]);
            add($"GlobalLpPool/p {p}", b => [b.Op("GlobalLpPool", [b.In(2, 3, 4, 5)], ("p", p))]);
        }
        add("LpPool/1-D", static b => [b.Op("LpPool", [b.In(1, 2, 9)], ("kernel_shape", new[] { 3 }))]);
        add("LpPool/3-D", static b => [b.Op("LpPool", [b.In(1, 2, 4, 5, 4)], ("kernel_shape", new[] { 2, 2, 2 }))]);
    }

    private static void AddNormalisations(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        foreach ((string name, int[] shape) in new (string, int[])[] { ("1-D", [2, 3, 9]), ("2-D", [2, 3, 5, 6]), ("3-D", [1, 4, 3, 4, 5]) })
        {
            add($"InstanceNormalization/{name}", b => [b.Op("InstanceNormalization", [b.In(shape), b.Positive(shape[1]), b.Weights(shape[1])], ("epsilon", 1e-3f))]);
        }
        add("InstanceNormalization/after a convolution", static b =>
            [b.Op("Relu", [b.Op("InstanceNormalization", [b.Op("Conv", [b.In(1, 3, 6, 6), b.Weights(8, 3, 3, 3)]), b.Positive(8), b.Weights(8)])])]);
        add("GroupNormalization/of groups, opset 18", static b =>
        {
            b.Graph.Opset = 18;
            return [b.Op("GroupNormalization", [b.In(2, 6, 4, 5), b.Positive(3), b.Weights(3)], ("num_groups", 3))];
        });
        add("GroupNormalization/of channels, opset 21", static b =>
        {
            b.Graph.Opset = 21;
            return [b.Op("GroupNormalization", [b.In(2, 6, 4, 5), b.Positive(6), b.Weights(6)], ("num_groups", 2), ("epsilon", 1e-2f))];
        });
        add("LpNormalization/p 1", static b => [b.Op("LpNormalization", [b.In(2, 5, 4)], ("p", 1), ("axis", 1))]);
        add("LpNormalization/p 2", static b => [b.Op("LpNormalization", [b.In(2, 5, 4)])]);
        add("MeanVarianceNormalization/default", static b => [b.Op("MeanVarianceNormalization", [b.In(2, 3, 4, 5)])]);
        add("LayerNormalization/with statistics", static b => [.. b.Node("LayerNormalization", [b.In(2, 3, 8), b.Positive(8), b.Weights(8)], 3).Outputs]);
    }

    private static void AddResizing(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        void Resize(string name, float y, float x, params (string, object)[] attributes) =>
            add($"Resize/{name}", b => [b.Op("Resize", [b.In(1, 3, 7, 8), null, b.Constant(Tensor.Of([1f, 1, y, x], 4))], attributes)]);

        foreach (string rule in new[] { "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric" })
        {
            Resize($"cubic, {rule}, up", 2, 2, ("mode", "cubic"), ("coordinate_transformation_mode", rule));
            Resize($"cubic, {rule}, down", 4f / 7, 0.5f, ("mode", "cubic"), ("coordinate_transformation_mode", rule));
        }
        Resize("cubic, other coefficient, without outside", 2, 2, ("mode", "cubic"), ("cubic_coeff_a", -0.5f), ("exclude_outside", 1));
        Resize("linear, antialias", 0.5f, 0.375f, ("mode", "linear"), ("antialias", 1), ("exclude_outside", 1));
        Resize("cubic, antialias", 4f / 7, 0.5f, ("mode", "cubic"), ("antialias", 1), ("exclude_outside", 1));
        add("Resize/a crop", static b => [b.Op("Resize", [b.In(1, 2, 6, 6), b.Constant(Tensor.Of([0f, 0, 0.25f, 0.1f, 1, 1, 0.75f, 0.9f], 8)), null, b.Ints(1, 2, 4, 5)],
            ("mode", "linear"), ("coordinate_transformation_mode", "tf_crop_and_resize"))]);
        add("Resize/linear, 3-D", static b => [b.Op("Resize", [b.In(1, 2, 3, 4, 5), null, b.Constant(Tensor.Of([1f, 1, 2, 2, 1.6f], 5))], ("mode", "linear"))]);
        add("Resize/not larger", static b => [b.Op("Resize", [b.In(1, 2, 6, 8), null, null, b.Ints(3, 5)], ("mode", "linear"), ("axes", new[] { 2, 3 }), ("keep_aspect_ratio_policy", "not_larger"))]);
        add("Resize/not smaller", static b => [b.Op("Resize", [b.In(1, 2, 6, 8), null, null, b.Ints(9, 10)], ("mode", "nearest"), ("axes", new[] { 2, 3 }), ("keep_aspect_ratio_policy", "not_smaller"))]);
        add("CenterCropPad/both", static b => [b.Op("CenterCropPad", [b.In(1, 2, 6, 9), b.Ints(9, 4)], ("axes", new[] { 2, 3 }))]);
        add("Pad/wrap", static b => [b.Op("Pad", [b.In(1, 3, 5, 6), b.Ints(0, 0, 2, 3, 0, 0, 1, 6)], ("mode", "wrap"))]);
    }

    private static void AddSampling(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        foreach (string mode in new[] { "linear", "nearest", "cubic" })
        {
            foreach (string padding in new[] { "zeros", "border", "reflection" })
            {
                foreach (int align in new[] { 0, 1 })
                {
                    add($"GridSample/{mode}, {padding}, align {align}", b => [b.Op("GridSample", [b.In(2, 5, 6, 7), b.In(b.Values.Floats(-1.6f, 1.6f, 2, 4, 5, 2))],
                        ("mode", mode), ("padding_mode", padding), ("align_corners", align))]);
                }
            }
        }
        add("GridSample/3-D", static b => [b.Op("GridSample", [b.In(1, 2, 3, 4, 5), b.In(b.Values.Floats(-1.2f, 1.2f, 1, 2, 3, 4, 3))])]);
        add("GridSample/a constant grid", static b => [b.Op("GridSample", [b.In(1, 4, 6, 6), b.Constant(b.Values.Floats(-1, 1, 1, 3, 5, 2))])]);
        void Deform(string name, int[] x, int[] w, int offsetGroups, bool masked, int[] output, params (string, object)[] attributes) => add($"DeformConv/{name}", b =>
        {
            int taps = w[2] * w[3];
            Value offsets = b.In(b.Values.Floats(-2.5f, 2.5f, x[0], offsetGroups * taps * 2, output[0], output[1]));
            Value? mask = masked ? b.In(b.Values.Floats(0, 1, x[0], offsetGroups * taps, output[0], output[1])) : null;
            return [b.Op("DeformConv", masked ? [b.In(x), b.Weights(w), offsets, b.Weights(w[0]), mask] : [b.In(x), b.Weights(w), offsets], [("offset_group", offsetGroups), ("kernel_shape", w[2..]), .. attributes])];
        });

        Deform("3x3 padded", [1, 4, 6, 7], [5, 4, 3, 3], 1, false, [6, 7], ("pads", new[] { 1, 1, 1, 1 }));
        Deform("masked, bias", [2, 4, 6, 7], [5, 4, 3, 3], 1, true, [4, 5]);
        Deform("two offset groups, two groups", [1, 4, 7, 7], [6, 2, 3, 3], 2, true, [4, 4], ("group", 2), ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 2 }));
        Deform("dilated, 2x3", [1, 2, 8, 9], [3, 2, 2, 3], 1, false, [6, 5], ("dilations", new[] { 2, 2 }));
        foreach (int align in new[] { 0, 1 })
        {
            add($"AffineGrid/align {align}", b => [b.Op("AffineGrid", [b.In(2, 2, 3), b.Ints(2, 3, 4, 5)], ("align_corners", align))]);
            add($"AffineGrid/3-D, align {align}", b => [b.Op("AffineGrid", [b.In(1, 3, 4), b.Ints(1, 3, 2, 4, 5)], ("align_corners", align))]);
        }
    }
}
