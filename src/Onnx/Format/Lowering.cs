using EdgeKit.Onnx.Normalise;

namespace EdgeKit.Onnx.Format;

/// <summary>
/// Brings a graph into the operators and forms of a standard operator set: what EdgeKit recognised is spelled out again, and what the normal form
/// has differently is put back. Names of nodes and of their outputs stay.
/// </summary>
internal static class Lowering
{
    private static readonly Dictionary<string, Action<Node>> Rules = new(StringComparer.Ordinal)
    {
        ["AveragePool"] = AveragePool,
        ["ChannelShuffle"] = ChannelShuffle,
        ["Gelu"] = Gelu,
        ["GridSample"] = GridSample,
        ["HardSwish"] = HardSwish,
        ["LogSoftmax"] = Softmax,
        ["Mish"] = Mish,
        ["Silu"] = Silu,
        ["Softmax"] = Softmax,
    };

    /// <summary>Lowers every node for the graph's operator set, which is 13 or newer.</summary>
    public static void Run(Graph graph)
    {
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Domain.Length > 0 && node.Domain != Graph.EdgeKitDomain) continue;
            if (Rules.TryGetValue(node.OpType, out Action<Node>? rule)) rule(node);
            else if (node.OpType.StartsWith("Reduce", StringComparison.Ordinal)) Reduction(node);
        }
    }

    /// <summary>The axes are an input since opset 13 for ReduceSum and since 18 for the others.</summary>
    private static void Reduction(Node node)
    {
        if (node.Graph.Opset < (node.OpType == "ReduceSum" ? 13 : 18) || node.Attributes.Ints("axes") is not { } axes) return;
        node.Attributes.Remove("axes");
        node.SetInput(1, Ints(node, "axes", axes));
    }

    /// <summary>Dilations came with opset 19; before, they could only be 1.</summary>
    private static void AveragePool(Node node)
    {
        if (node.Graph.Opset < 19) node.Attributes.Remove("dilations");
    }

    private static void Softmax(Node node)
    {
        if (SoftmaxForms.IsCoerced(node)) SoftmaxForms.Resolve(node, shape: null);
    }

    private static void Silu(Node node)
    {
        Value x = node.Input(0);
        node.Graph.Replace(node, "Mul", [x, Before(node, "Sigmoid", x)]);
    }

    /// <summary>x * HardSigmoid(x) with alpha 1/6 and beta 1/2 (ONNX, operator HardSwish), which came with opset 14.</summary>
    private static void HardSwish(Node node)
    {
        if (node.Graph.Opset >= 14) return;
        Value x = node.Input(0);
        Value gate = Before(node, "HardSigmoid", x);
        gate.Producer!.Attributes.Set("alpha", 1 / 6f).Set("beta", 0.5f);
        node.Graph.Replace(node, "Mul", [x, gate]);
    }

    /// <summary>Mish (opset 18) as x * tanh(ln(1 + e^x)).</summary>
    private static void Mish(Node node)
    {
        if (node.Graph.Opset >= 18) return;
        Value x = node.Input(0);
        node.Graph.Replace(node, "Mul", [x, Before(node, "Tanh", Before(node, "Softplus", x))]);
    }

    /// <summary>Gelu (opset 20) as x/2 * (1 + Erf(x / sqrt 2)), or with approximate=tanh as x/2 * (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).</summary>
    private static void Gelu(Node node)
    {
        if (node.Graph.Opset >= 20) return;
        Value x = node.Input(0);
        Value bell;
        if (node.Attributes.String("approximate", "none") == "tanh")
        {
            Value square = Before(node, "Mul", x, x);
            Value cubic = Before(node, "Mul", Before(node, "Mul", square, x), Number(node, "cubic", 0.044715f));
            Value argument = Before(node, "Mul", Before(node, "Add", x, cubic), Number(node, "scale", MathF.Sqrt(2 / MathF.PI)));
            bell = Before(node, "Tanh", argument);
        }
        else
        {
            bell = Before(node, "Erf", Before(node, "Mul", x, Number(node, "scale", MathF.Sqrt(0.5f))));
        }
        Value half = Before(node, "Mul", x, Number(node, "half", 0.5f));
        node.Graph.Replace(node, "Mul", [half, Before(node, "Add", bell, Number(node, "one", 1))]);
    }

    /// <summary>Output channel j * groups + i is input channel i * (C / groups) + j: the channels as a matrix, transposed.</summary>
    private static void ChannelShuffle(Node node)
    {
        int[] dims = node.Input(0).Dims;
        int groups = node.Attributes.Int("groups", 1);
        int[] spatial = dims[2..];
        // 0 copies the batch, so that the file works with another one too.
        Value matrix = Before(node, "Reshape", node.Input(0), Ints(node, "split", [0, groups, dims[1] / groups, .. spatial]));
        Value swapped = Before(node, "Transpose", matrix);
        swapped.Producer!.Attributes.Set("perm", (int[])[0, 2, 1, .. Enumerable.Range(3, spatial.Length)]);
        Value joined = Ints(node, "join", [0, dims[1], .. spatial]);
        node.Graph.Replace(node, "Reshape", [swapped, joined]);
    }

    /// <summary>EdgeKit's own counts positions in elements: p of a dimension of n is (2 p + 1) / n - 1.</summary>
    private static void GridSample(Node node)
    {
        if (node.Domain == Graph.EdgeKitDomain)
        {
            int[] x = node.Input(0).Dims;
            Value scaled = Before(node, "Mul", node.Input(1), Numbers(node, "scale", 2f / x[3], 2f / x[2]));
            Value grid = Before(node, "Add", scaled, Numbers(node, "shift", 1f / x[3] - 1, 1f / x[2] - 1));
            Node standard = node.Graph.Replace(node, "GridSample", [node.Input(0), grid]);
            foreach ((string name, object value) in node.Attributes.Entries) standard.Attributes.Set(name, value);
            node = standard;
        }
        SamplingForms.ForOpset(node);
    }

    private static Value Before(Node node, string opType, params Value[] inputs) =>
        node.Graph.InsertBefore(node, opType, inputs, name: $"{node.Name}_{opType.ToLowerInvariant()}").Output;

    private static Value Number(Node node, string name, float number) => node.Graph.NewConstant($"{node.Name}_{name}", Tensor.Scalar(number));

    private static Value Numbers(Node node, string name, params float[] numbers) => node.Graph.NewConstant($"{node.Name}_{name}", Tensor.Of(numbers, numbers.Length));

    private static Value Ints(Node node, string name, int[] values) =>
        node.Graph.NewConstant($"{node.Name}_{name}", Tensor.Vector(Array.ConvertAll(values, static v => (long)v)));
}
