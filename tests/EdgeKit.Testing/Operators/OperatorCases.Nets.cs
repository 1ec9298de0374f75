using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <content>Small nets of the families that EdgeKit is for.</content>
public static partial class OperatorCases
{
    private static void AddNets(Action<string, Func<CaseBuilder, Value[]>> add)
    {
        add("Net/inverted residual", b =>
        {
            Value x = b.In(1, 8, 10, 10);
            Value expanded = Relu6(b, Conv(b, x, 8, 24, 1));
            Value filtered = Relu6(b, Conv(b, expanded, 24, 24, 3, group: 24));
            return [b.Op("Add", [x, Conv(b, filtered, 24, 8, 1)])];
        });
        add("Net/batch norm block", b =>
        {
            Value x = b.In(1, 3, 12, 12);
            Value y = b.Op("BatchNormalization", [Conv(b, x, 3, 8, 3, stride: 2), b.Positive(8), b.Weights(8), b.Weights(8), b.Positive(8)]);
            Value z = b.Op("MaxPool", [b.Op("Relu", [y])], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
            return [b.Op("Gemm", [b.Op("Flatten", [z]), b.Weights(10, 72), b.Weights(10)], ("transB", 1))];
        });
        add("Net/squeeze and excite", b =>
        {
            Value x = b.Op("HardSwish", [Conv(b, b.In(1, 4, 8, 8), 4, 16, 1)]);
            Value pooled = b.Op("GlobalAveragePool", [x]);
            Value gate = b.Op("HardSigmoid", [Conv(b, b.Op("Relu", [Conv(b, pooled, 16, 4, 1)]), 4, 16, 1)], ("alpha", 1 / 6f), ("beta", 0.5f));
            return [Conv(b, b.Op("Mul", [x, gate]), 16, 6, 1)];
        });
        add("Net/shuffle unit", b =>
        {
            Node halves = b.Node("Split", [b.In(1, 12, 8, 8), b.Ints(6, 6)], 2, ("axis", 1));
            Value y = b.Op("Relu", [Conv(b, halves.Outputs[1], 6, 6, 1)]);
            y = b.Op("Relu", [Conv(b, Conv(b, y, 6, 6, 3, group: 6), 6, 6, 1)]);
            Value joined = b.Op("Concat", [halves.Outputs[0], y], ("axis", 1));
            Value grouped = b.Op("Reshape", [joined, b.Ints(1, 2, 6, 8, 8)]);
            Value shuffled = b.Op("Transpose", [grouped], ("perm", new[] { 0, 2, 1, 3, 4 }));
            return [b.Op("Reshape", [shuffled, b.Ints(1, 12, 8, 8)])];
        });
        add("Net/feature pyramid", b =>
        {
            Value fine = Conv(b, b.In(1, 3, 16, 16), 3, 8, 3, stride: 2);
            Value coarse = Conv(b, b.Op("Relu", [fine]), 8, 8, 3, stride: 2);
            Value up = b.Op("Resize", [coarse, null, b.Constant(Tensor.Of([1f, 1, 2, 2], 4))],
                ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
            return [b.Op("Sigmoid", [Conv(b, b.Op("Add", [fine, up]), 8, 5, 1)])];
        });
    }

    private static Value Conv(CaseBuilder b, Value x, int inputs, int outputs, int kernel, int stride = 1, int group = 1)
    {
        // Weights of about unit gain keep deep values in range.
        float bound = MathF.Sqrt(3f / (inputs / group * kernel * kernel));
        int pad = kernel / 2;
        return b.Op("Conv", [x, b.Constant(b.Values.Floats(-bound, bound, outputs, inputs / group, kernel, kernel)), b.Weights(outputs)],
            ("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride }), ("group", group));
    }

    private static Value Relu6(CaseBuilder b, Value x) => b.Op("Clip", [x, Scalar(b, 0f), Scalar(b, 6f)]);
}
