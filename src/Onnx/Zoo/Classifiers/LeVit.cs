namespace EdgeKit.Onnx.Networks;

/// <summary>
/// LeViT-128S: Graham et al., LeViT: a Vision Transformer in ConvNet's Clothing for Faster Inference (2021), section 4: a stem of convolutions, then
/// attention in three resolutions, batch normalisation behind every layer, learned numbers for the distance of two positions, two classifiers whose logits are
/// averaged (the second learned from a teacher). Fully connected layers are 1x1 convolutions here.
/// </summary>
internal static class LeVit
{
    private const Activation Swish = Activation.HardSwish;
    private const int Depth = 16;

    private static readonly (int Channels, int Heads, int Blocks)[] Stages = [(128, 4, 2), (256, 6, 3), (384, 8, 4)];

    internal static Value Build128S(NetBuilder net)
    {
        Value x = net.Chain("stem", net.Input, Swish, (16, new Kernel(3, 2)), (32, new Kernel(3, 2)), (64, new Kernel(3, 2)));
        x = net.ConvNorm("patches", x, net.Scaled(Stages[0].Channels), kernel: 3, stride: 2);
        for (int s = 0; s < Stages.Length; s++)
        {
            (int channels, int heads, int blocks) = Stages[s];
            // A head of the attention that halves the map has values four times as long as its keys, one of the others twice as long.
            if (s > 0) x = Perceptron(net, $"down{s}.mlp", Attention(net, $"down{s}", x, net.Scaled(channels), Stages[s - 1].Channels / Depth, values: 4, stride: 2));
            for (int i = 1; i <= blocks; i++)
            {
                string name = $"stage{s + 1}.{i}";
                x = net.Add($"{name}.add", x, Attention(net, name, x, net.Scaled(channels), heads, values: 2, stride: 1));
                x = Perceptron(net, $"{name}.mlp", x);
            }
        }
        x = net.GlobalPool("pool", x);
        return net.Scale("mean", net.Add("sum", Logits("classifier"), Logits("distilled")), 0.5f);

        Value Logits(string name) => net.Dense(name, net.Flatten($"{name}.flatten", net.Norm($"{name}.norm", x)), net.Classes);
    }

    private static Value Perceptron(NetBuilder net, string name, Value x)
    {
        int channels = NetBuilder.Channels(x);
        Value y = net.ConvNorm($"{name}.1", x, 2 * channels, kernel: 1, activation: Swish);
        return net.Add($"{name}.add", x, net.ConvNorm($"{name}.2", y, channels, kernel: 1));
    }

    /// <summary>Attention of the positions of every <paramref name="stride"/>-th row and column to all.</summary>
    private static Value Attention(NetBuilder net, string name, Value x, int outputs, int heads, int values, int stride)
    {
        int depth = net.Scaled(Depth), height = x.Dims[2], width = x.Dims[3];
        Value q = net.ConvNorm($"{name}.query", x, heads * depth, kernel: 1, stride);
        int rows = q.Dims[2], columns = q.Dims[3];
        Value k = Heads("keys", net.ConvNorm($"{name}.key", x, heads * depth, kernel: 1), depth);
        Value v = Heads("values", net.ConvNorm($"{name}.value", x, heads * values * depth, kernel: 1), values * depth);
        q = net.Scale($"{name}.scaled", net.Transpose($"{name}.order", Heads("queries", q, depth), 0, 1, 3, 2), 1 / MathF.Sqrt(depth));
        Value scores = net.Add($"{name}.placed", net.MatMul($"{name}.scores", q, k), Distances(net, $"{name}.distances", heads, height, width, stride));
        Value y = net.MatMul($"{name}.mixed", net.Softmax($"{name}.softmax", scores), net.Transpose($"{name}.value.order", v, 0, 1, 3, 2));
        y = net.Reshape($"{name}.map", net.Transpose($"{name}.back", y, 0, 1, 3, 2), 0, heads * values * depth, rows, columns);
        return net.ConvNorm($"{name}.project", net.Activate(name, y, Swish), outputs, kernel: 1);

        Value Heads(string what, Value map, int size) => net.Reshape($"{name}.{what}", map, 0, heads, size, -1);
    }

    /// <summary>A learned number for each head and each distance in rows and columns: [heads, queries, keys].</summary>
    private static Value Distances(NetBuilder net, string name, int heads, int height, int width, int stride)
    {
        int[] rows = [.. Enumerable.Range(0, height * width)], queries = [.. rows.Where(p => p / width % stride == 0 && p % width % stride == 0)];
        long[] apart = [.. queries.SelectMany(q => rows.Select(k => (long)(Math.Abs(q / width - k / width) * width + Math.Abs(q % width - k % width))))];
        return net.Take(name, net.Noise($"{name}.learned", 0.5, heads, height * width), axis: 1, apart, queries.Length, height * width);
    }
}
