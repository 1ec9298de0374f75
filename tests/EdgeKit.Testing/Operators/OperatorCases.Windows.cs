using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <content>Convolutions and poolings.</content>
public static partial class OperatorCases
{
    private static void AddConvolutions(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        void Conv(string name, int[] x, int[] w, bool bias, params (string, object)[] attributes) =>
            add($"Conv/{name}", b => [b.Op("Conv", bias ? [b.In(x), b.Weights(w), b.Weights(w[0])] : [b.In(x), b.Weights(w)], attributes)]);

        Conv("3x3", [1, 3, 7, 8], [4, 3, 3, 3], true);
        Conv("3x3 padded", [2, 3, 6, 5], [4, 3, 3, 3], true, ("pads", new[] { 1, 1, 1, 1 }));
        Conv("3x3 stride 2", [1, 4, 9, 10], [6, 4, 3, 3], true, ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 2 }));
        Conv("asymmetric pads and strides", [1, 2, 7, 9], [3, 2, 3, 4], false, ("pads", new[] { 0, 2, 1, 3 }), ("strides", new[] { 2, 3 }));
        Conv("dilated", [1, 3, 11, 10], [2, 3, 3, 3], true, ("dilations", new[] { 2, 3 }), ("pads", new[] { 2, 3, 2, 3 }));
        Conv("pointwise", [1, 16, 6, 6], [9, 16, 1, 1], true);
        Conv("pointwise stride 2", [1, 5, 7, 7], [4, 5, 1, 1], false, ("strides", new[] { 2, 2 }));
        Conv("depthwise", [1, 8, 7, 7], [8, 1, 3, 3], true, ("group", 8), ("pads", new[] { 1, 1, 1, 1 }));
        Conv("depthwise 5x5 stride 2", [1, 4, 9, 9], [4, 1, 5, 5], true, ("group", 4), ("pads", new[] { 2, 2, 2, 2 }), ("strides", new[] { 2, 2 }));
        Conv("depthwise multiplier 2", [1, 3, 5, 5], [6, 1, 3, 3], true, ("group", 3));
        Conv("depthwise dilated", [1, 4, 9, 9], [4, 1, 3, 3], true, ("group", 4), ("dilations", new[] { 2, 2 }), ("pads", new[] { 2, 2, 2, 2 }));
        Conv("grouped", [1, 8, 6, 5], [12, 4, 3, 3], true, ("group", 2), ("pads", new[] { 1, 1, 1, 1 }));
        Conv("grouped pointwise", [2, 6, 4, 4], [9, 2, 1, 1], true, ("group", 3));
        Conv("even kernel", [1, 2, 6, 6], [3, 2, 2, 4], true);
        Conv("1xk", [1, 2, 5, 9], [2, 2, 1, 7], true, ("pads", new[] { 0, 3, 0, 3 }));
        Conv("SAME_UPPER stride 2", [1, 2, 8, 7], [3, 2, 3, 3], true, ("auto_pad", "SAME_UPPER"), ("strides", new[] { 2, 2 }));
        Conv("SAME_LOWER stride 2", [1, 2, 8, 7], [3, 2, 3, 3], true, ("auto_pad", "SAME_LOWER"), ("strides", new[] { 2, 2 }));
        Conv("SAME_UPPER even kernel", [1, 2, 6, 6], [3, 2, 2, 4], true, ("auto_pad", "SAME_UPPER"));
        Conv("SAME_LOWER even kernel", [1, 2, 6, 6], [3, 2, 2, 4], true, ("auto_pad", "SAME_LOWER"));
        Conv("VALID", [1, 2, 6, 6], [3, 2, 3, 3], true, ("auto_pad", "VALID"));
        Conv("kernel as large as the input", [1, 8, 4, 4], [5, 8, 4, 4], true);
        Conv("input narrower than the kernel", [1, 2, 2, 1], [3, 2, 3, 3], true, ("pads", new[] { 1, 1, 1, 1 }));
        Conv("1-D", [2, 4, 12], [6, 4, 5], true, ("pads", new[] { 2, 1 }), ("strides", new[] { 2 }));
        Conv("1-D depthwise dilated", [1, 4, 12], [4, 1, 3], true, ("group", 4), ("dilations", new[] { 3 }));

        void Transposed(string name, int[] x, int[] w, params (string, object)[] attributes)
        {
            int groups = attributes.Where(a => a.Item1 == "group").Select(a => (int)a.Item2).FirstOrDefault(1);
            add($"ConvTranspose/{name}", b => [b.Op("ConvTranspose", [b.In(x), b.Weights(w), b.Weights(w[1] * groups)], attributes)]);
        }

        Transposed("2x2 stride 2", [1, 3, 4, 5], [3, 2, 2, 2], ("strides", new[] { 2, 2 }));
        Transposed("3x3 stride 2 padded", [1, 3, 4, 4], [3, 4, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }), ("output_padding", new[] { 1, 1 }));
        Transposed("asymmetric", [2, 2, 3, 4], [2, 3, 3, 2], ("strides", new[] { 3, 2 }), ("pads", new[] { 0, 1, 2, 0 }), ("dilations", new[] { 1, 2 }));
        Transposed("depthwise", [1, 4, 3, 3], [4, 1, 4, 4], ("group", 4), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }));
        Transposed("grouped", [1, 4, 3, 3], [4, 3, 2, 2], ("group", 2), ("strides", new[] { 2, 2 }));
        Transposed("SAME_UPPER", [1, 2, 4, 4], [2, 2, 3, 3], ("auto_pad", "SAME_UPPER"), ("strides", new[] { 2, 2 }));
        Transposed("SAME_LOWER", [1, 2, 4, 4], [2, 2, 3, 3], ("auto_pad", "SAME_LOWER"), ("strides", new[] { 2, 2 }));
        Transposed("output_shape", [1, 2, 4, 4], [2, 2, 3, 3], ("output_shape", new[] { 8, 7 }), ("strides", new[] { 2, 2 }));
        Transposed("1-D", [1, 3, 5], [3, 2, 4], ("strides", new[] { 2 }), ("pads", new[] { 1, 1 }));
    }

    private static void AddPoolings(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        (string Name, int[] X, (string, object)[] Attributes)[] windows =
        [
            ("2x2", [1, 3, 6, 6], [Kernel(2, 2), Strides(2, 2)]),
            ("3x3 stride 2 padded", [2, 2, 7, 8], [Kernel(3, 3), Strides(2, 2), Pads(1, 1, 1, 1)]),
            ("3x3 stride 2 ceil", [1, 2, 6, 8], [Kernel(3, 3), Strides(2, 2), ("ceil_mode", 1)]),
            ("ceil with padding", [1, 2, 7, 6], [Kernel(3, 2), Strides(3, 3), Pads(1, 1, 1, 1), ("ceil_mode", 1)]),
            ("ceil whose last window would begin in the padding", [1, 1, 4, 5], [Kernel(2, 2), Strides(2, 3), Pads(1, 1, 1, 1), ("ceil_mode", 1)]),
            ("asymmetric", [1, 2, 6, 7], [Kernel(3, 2), Strides(1, 2), Pads(0, 1, 2, 0)]),
            ("dilated", [1, 2, 8, 8], [Kernel(2, 3), Dilations(2, 3), Pads(1, 2, 0, 1)]),
            ("stride larger than the window", [1, 2, 9, 9], [Kernel(2, 2), Strides(3, 4)]),
            ("SAME_UPPER", [1, 2, 7, 8], [Kernel(3, 3), Strides(2, 2), ("auto_pad", "SAME_UPPER")]),
            ("SAME_LOWER", [1, 2, 7, 8], [Kernel(2, 3), Strides(2, 2), ("auto_pad", "SAME_LOWER")]),
            ("1-D", [2, 3, 11], [Kernel(3), Strides(2), Pads(1, 0)]),
        ];
        foreach ((string name, int[] x, (string, object)[] attributes) in windows)
        {
            add($"MaxPool/{name}", b => [b.Op("MaxPool", [b.In(x)], attributes)]);
            foreach (int include in new[] { 0, 1 })
            {
                (string, object)[] all = [.. attributes, ("count_include_pad", include)];
                string padding = include == 1 ? "counting padding" : "ignoring padding";
                add($"AveragePool/{name}, {padding}", b =>
                {
                    b.Graph.Opset = 19;
                    return [b.Op("AveragePool", [b.In(x)], all)];
                });
            }
        }
        add("MaxPool/uint8", b => [b.Op("MaxPool", [b.In(b.Values.Ints<byte>(0, 255, 1, 2, 6, 6))], Kernel(3, 3), Strides(2, 2), Pads(1, 1, 1, 1))]);
        add("GlobalAveragePool/2-D", b => [b.Op("GlobalAveragePool", [b.In(2, 5, 7, 7)])]);
        add("GlobalAveragePool/1-D", b => [b.Op("GlobalAveragePool", [b.In(1, 5, 9)])]);
        add("GlobalMaxPool/2-D", b => [b.Op("GlobalMaxPool", [b.In(2, 5, 7, 7)])]);

        static (string, object) Kernel(params int[] sizes) => ("kernel_shape", sizes);
        static (string, object) Strides(params int[] sizes) => ("strides", sizes);
        static (string, object) Dilations(params int[] sizes) => ("dilations", sizes);
        static (string, object) Pads(params int[] sizes) => ("pads", sizes);
    }
}
