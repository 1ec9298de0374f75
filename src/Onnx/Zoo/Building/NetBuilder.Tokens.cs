namespace EdgeKit.Onnx.Networks;

/// <content>Rows of tokens [1, tokens, features], and attention between them.</content>
internal sealed partial class NetBuilder
{
    /// <summary>Features of a token, the last dimension.</summary>
    internal static int FeaturesOf(Value value) => value.Dims[^1];

    /// <summary>Another order of the dimensions.</summary>
    internal Value Transpose(string name, Value x, params int[] order) => Op("Transpose", name, [x], a => a.Set("perm", order));

    /// <summary>Another shape; 0 keeps a dimension, -1 takes what is left.</summary>
    internal Value Reshape(string name, Value x, params long[] shape)
    {
        IsSizeFixed = true;
        return Op("Reshape", name, [x, Numbers($"{name}.shape", shape)]);
    }

    /// <summary>Parts along an axis.</summary>
    internal Value[] Split(string name, Value x, int axis, params long[] sizes) =>
        Op("Split", name, sizes.Length, [x, Numbers($"{name}.sizes", sizes)], a => a.Set("axis", axis));

    /// <summary>Normalisation of the last dimension.</summary>
    internal Value LayerNorm(string name, Value x) =>
        Op("LayerNormalization", name, [x, Parameter($"{name}.gamma", 1, FeaturesOf(x)), Parameter($"{name}.beta", 0, FeaturesOf(x))], static a => a.Set("axis", -1).Set("epsilon", 1e-6f));

    /// <summary>Division of the last dimension by its root mean square, and a learned factor for each number.</summary>
    internal Value RootMeanSquareNorm(string name, Value x) =>
        Op("RMSNormalization", name, [x, Parameter($"{name}.gamma", 1, FeaturesOf(x))], static a => a.Set("axis", -1).Set("epsilon", 1e-5f));

    /// <summary>Normalisation of the channels of each position of a map.</summary>
    internal Value ChannelNorm(string name, Value x) =>
        Transpose($"{name}.back", LayerNorm(name, Transpose($"{name}.last", x, 0, 2, 3, 1)), 0, 3, 1, 2);

    /// <summary>Fully connected layer along the last dimension.</summary>
    internal Value Linear(string name, Value x, int outputs, bool bias = true)
    {
        int inputs = FeaturesOf(x);
        Value y = Op("MatMul", name, [x, Noise($"{name}.weight", Math.Sqrt(1.0 / inputs), inputs, outputs)]);
        return bias ? Plus(name, y, outputs) : y;
    }

    /// <summary>A learned number added to each feature.</summary>
    internal Value Plus(string name, Value x, int features) => Op("Add", $"{name}.plus", [x, Bias(name, features)]);

    /// <summary>Two layers with an activation between them.</summary>
    internal Value Mlp(string name, Value x, int hidden, Activation activation) =>
        Linear($"{name}.2", Activate(name, Linear($"{name}.1", x, hidden), activation), FeaturesOf(x));

    internal Value MatMul(string name, Value a, Value b) => Op("MatMul", name, [a, b]);

    internal Value Softmax(string name, Value x, int axis = -1) => Op("Softmax", name, [x], a => a.Set("axis", axis));

    /// <summary>
    /// Global response normalisation of [1, height, width, features]: each feature times its length over the map, in parts of the mean of all lengths, then a
    /// learned factor and offset, and what came in added (Woo et al., ConvNeXt V2, 2023, section 4).
    /// </summary>
    internal Value ResponseNorm(string name, Value x)
    {
        int features = FeaturesOf(x);
        Value length = Reduce($"{name}.length", "ReduceL2", x, 1, 2);
        Value mean = Add($"{name}.positive", Reduce($"{name}.mean", "ReduceMean", length, 3), Scalar($"{name}.epsilon", 1e-6f));
        // Training starts from zero, which would hide the branch from every comparison of untrained networks.
        Value y = Multiply($"{name}.scale", Multiply($"{name}.weighted", x, Divide($"{name}.relative", length, mean)), Parameter($"{name}.gamma", 0.5f, features));
        return Add($"{name}.add", x, Plus(name, y, features));
    }

    internal Value Divide(string name, Value a, Value b) => Op("Div", name, [a, b]);

    /// <summary>A reduction along axes that stay.</summary>
    internal Value Reduce(string name, string function, Value x, params int[] axes) => Op(function, name, [x], a => a.Set("axes", axes).Set("keepdims", 1));

    /// <summary>Element <paramref name="index"/> along an axis, which vanishes.</summary>
    internal Value Pick(string name, Value x, int axis, int index) => Op("Gather", name, [x, Graph.NewConstant($"{name}.index", Tensor.Scalar((long)index))], a => a.Set("axis", axis));

    /// <summary>The elements of <paramref name="indices"/>, in the shape that they have, in the place of an axis.</summary>
    internal Value Take(string name, Value x, int axis, long[] indices, params int[] shape) =>
        Op("Gather", name, [x, Graph.NewConstant($"{name}.indices", Tensor.Of(indices, shape))], a => a.Set("axis", axis));

    /// <summary>Self-attention with one layer for queries, keys and values, and one for the result.</summary>
    internal Value SelfAttention(string name, Value x, int heads)
    {
        int width = FeaturesOf(x);
        Value[] qkv = Split($"{name}.split", Linear($"{name}.qkv", x, 3 * width), 2, width, width, width);
        return Linear($"{name}.project", Attend(name, qkv[0], qkv[1], qkv[2], heads), width);
    }

    /// <summary>Attention: softmax(q kT / sqrt(d)) v of every head (Vaswani et al., 2017, eq. 1).</summary>
    internal Value Attend(string name, Value q, Value k, Value v, int heads)
    {
        int width = FeaturesOf(q), depth = width / heads;
        q = Scale($"{name}.scaled", Heads("q", q, 0, 2, 1, 3), 1 / MathF.Sqrt(depth));
        Value weights = Softmax($"{name}.softmax", MatMul($"{name}.scores", q, Heads("k", k, 0, 2, 3, 1)));
        Value y = MatMul($"{name}.mixed", weights, Heads("v", v, 0, 2, 1, 3));
        return Reshape($"{name}.joined", Transpose($"{name}.order", y, 0, 2, 1, 3), 0, 0, width);

        Value Heads(string what, Value x, params int[] order) => Transpose($"{name}.{what}.order", Reshape($"{name}.{what}.heads", x, 0, 0, heads, depth), order);
    }

    /// <summary>
    /// Sines and cosines of the row and then of the column of each position, in wavelengths from the size of the map to 10,000 times it: [1, 2 features, height, width]
    /// (Carion et al., End-to-End Object Detection with Transformers, 2020).
    /// </summary>
    internal Value SinePositions(string name, int features, int height, int width)
    {
        float[] waves = new float[2 * features * height * width];
        for (int i = 0; i < waves.Length; i++)
        {
            int feature = i / (height * width), row = i / width % height, column = i % width, f = feature % features;
            double place = feature < features ? (row + 1.0) / height : (column + 1.0) / width;
            double angle = 2 * Math.PI * place / Math.Pow(10000, f / 2 * 2.0 / features);
            waves[i] = (float)(f % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }
        return Graph.NewConstant(name, Tensor.Of(waves, 1, 2 * features, height, width));
    }

    /// <summary>A block of a Transformer that normalises first: attention, then a perceptron, each with a shortcut.</summary>
    internal Value EncoderBlock(string name, Value x, int heads, int hidden, Activation activation)
    {
        x = Add($"{name}.add1", x, SelfAttention($"{name}.attention", LayerNorm($"{name}.norm1", x), heads));
        return Add($"{name}.add2", x, Mlp($"{name}.mlp", LayerNorm($"{name}.norm2", x), hidden, activation));
    }
}
