namespace EdgeKit.Onnx.Passes;

/// <summary>Folds y -> scale * y + shift, one pair of numbers an output channel, into the weights of a linear operator.</summary>
internal static class AffineFolding
{
    /// <summary>
    /// The linear operator that computes the value, if it has constant weights and <paramref name="value"/> has no other reader.
    /// </summary>
    internal static Node? Producer(Value? value)
    {
        if (Rewrite.OnlyProducer(value) is not { } node) return null;
        bool linear = node.Is("Conv") || node.Is("ConvTranspose") || (node.Is("Gemm") && BiasIsPerColumn(node));
        bool constant = node.ConstantInput(1)?.Type == ElementType.Float && (node.Optional(2) is null || node.ConstantInput(2)?.Type == ElementType.Float);
        return linear && constant ? node : null;
    }

    /// <summary>Rank of the operator's output.</summary>
    internal static int Rank(Node linear) => linear.ConstantInput(1)!.Rank;

    /// <summary>Number of output channels: axis 1 of the output.</summary>
    internal static int Channels(Node linear)
    {
        int[] weights = linear.ConstantInput(1)!.Shape;
        return linear.OpType switch
        {
            "Conv" => weights[0],
            "ConvTranspose" => weights[1] * linear.Attributes.Int("group", 1),
            _ => linear.Attributes.Int("transB", 0) == 1 ? weights[0] : weights[1],
        };
    }

    /// <summary>Replaces weights and bias so that the operator computes scale * y + shift where it computed y.</summary>
    internal static void Apply(Node linear, double[] scale, double[] shift)
    {
        Tensor weights = linear.ConstantInput(1)!;
        int channels = scale.Length;
        if (Array.Exists(scale, static s => s != 1)) Rewrite.SetConstant(linear, 1, ScaleWeights(linear, weights, scale), "weight");

        double beta = linear.Is("Gemm") ? linear.Attributes.Float("beta", 1) : 1;
        double[] old = linear.ConstantInput(2) is { } b ? b.ToDoubles() : new double[1];
        float[] bias = new float[channels];
        for (int c = 0; c < channels; c++) bias[c] = (float)((beta * old[old.Length == 1 ? 0 : c] * scale[c]) + shift[c]);
        Rewrite.SetConstant(linear, 2, Tensor.Of(bias, channels), "bias");
        linear.Attributes.Remove("beta");
    }

    private static Tensor ScaleWeights(Node linear, Tensor weights, double[] scale)
    {
        float[] scaled = weights.ToFloats();
        int[] shape = weights.Shape;
        switch (linear.OpType)
        {
            case "Conv":
                Scale(scaled, scaled.Length / shape[0], i => i);
                break;
            case "ConvTranspose":
                // [Cin, Cout/group, ...]: input channel ci belongs to group ci / (Cin/group), whose outputs start at that group's Cout/group.
                int perGroup = shape[0] / linear.Attributes.Int("group", 1);
                Scale(scaled, scaled.Length / (shape[0] * shape[1]), i => (i / shape[1] / perGroup * shape[1]) + (i % shape[1]));
                break;
            default:
                if (linear.Attributes.Int("transB", 0) == 1) Scale(scaled, shape[1], i => i);
                else Scale(scaled, 1, i => i % shape[1]);
                break;
        }
        return Tensor.Of(scaled, shape);

        void Scale(float[] data, int run, Func<int, int> channelOf)
        {
            for (int i = 0; i < data.Length / run; i++)
            {
                double factor = scale[channelOf(i)];
                foreach (ref float w in data.AsSpan(i * run, run)) w = (float)(w * factor);
            }
        }
    }

    private static bool BiasIsPerColumn(Node gemm) =>
        gemm.Optional(2) is null || (gemm.ConstantInput(1) is { Rank: 2 } && Rewrite.PerChannel(gemm.ConstantInput(2), 2, Channels(gemm)) is not null);
}
