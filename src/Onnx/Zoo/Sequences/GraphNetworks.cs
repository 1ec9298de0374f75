namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Networks on graphs, as dense products. Inputs are the features of the nodes [nodes, 1433], which is what the Cora citation network has, and a matrix [nodes, nodes]
/// that tells the neighbours.
/// </summary>
internal static class GraphNetworks
{
    /// <summary>Words of the Cora citation network.</summary>
    internal const int Features = 1433;

    /// <summary>
    /// GCN: Kipf and Welling, Semi-Supervised Classification with Graph Convolutional Networks (2017), eq. 9: A relu(A X W0 + b0) W1 + b1, A being <c>adjacency</c>,
    /// normalised.
    /// </summary>
    internal static void BuildConvolution(NetBuilder net)
    {
        Value adjacency = Neighbours(net, "adjacency");
        Value x = net.Activate("layer1", Layer("layer1", net.Input, net.Scaled(16)), Activation.Relu);
        net.Output("scores", Layer("layer2", x, net.Classes));

        Value Layer(string name, Value x, int outputs) => net.Plus(name, net.MatMul($"{name}.neighbours", adjacency, net.Linear(name, x, outputs, bias: false)), outputs);
    }

    /// <summary>
    /// GAT: Velickovic et al., Graph Attention Networks (2018), eq. 1 to 5: eight heads of eight features, then one. <c>mask</c> is 0 where two nodes are joined and
    /// a large negative number elsewhere.
    /// </summary>
    internal static void BuildAttention(NetBuilder net)
    {
        Value mask = Neighbours(net, "mask");
        Value x = net.Activate("layer1", Layer("layer1", net.Input, heads: 8, net.Scaled(8)), Activation.Elu);
        net.Output("scores", Layer("layer2", x, heads: 1, net.Classes));

        Value Layer(string name, Value x, int heads, int features)
        {
            Value all = net.Reshape($"{name}.heads", net.Linear(name, x, heads * features, bias: false), 0, heads, features);
            Value h = net.Transpose($"{name}.order", all, 1, 0, 2);
            Value to = net.MatMul($"{name}.to", h, net.Noise($"{name}.to.weight", 0.5, heads, features, 1));
            Value from = net.Transpose($"{name}.from.row", net.MatMul($"{name}.from", h, net.Noise($"{name}.from.weight", 0.5, heads, features, 1)), 0, 2, 1);
            Value scores = net.Add($"{name}.masked", net.Activate($"{name}.scores", net.Add($"{name}.scores", to, from), Activation.LeakyRelu), mask);
            Value mixed = net.MatMul($"{name}.mixed", net.Softmax($"{name}.softmax", scores), h);
            return net.Plus(name, net.Reshape($"{name}.joined", net.Transpose($"{name}.back", mixed, 1, 0, 2), 0, heads * features), heads * features);
        }
    }

    /// <summary>GraphSAGE: Hamilton et al., Inductive Representation Learning on Large Graphs (2017), algorithm 1: a node beside the <c>mean</c> of its neighbours.</summary>
    internal static void BuildSage(NetBuilder net)
    {
        Value mean = Neighbours(net, "mean");
        Value x = net.Activate("layer1", Layer("layer1", net.Input, net.Scaled(16)), Activation.Relu);
        net.Output("scores", Layer("layer2", x, net.Classes));

        Value Layer(string name, Value x, int outputs) => net.Linear(name, net.Join($"{name}.both", 1, x, net.MatMul($"{name}.neighbours", mean, x)), outputs);
    }

    /// <summary>GIN: Xu et al., How Powerful are Graph Neural Networks? (2019), eq. 4.1: a perceptron on (1 + e) x plus the sum of the neighbours by <c>adjacency</c>.</summary>
    internal static void BuildIsomorphism(NetBuilder net)
    {
        Value adjacency = Neighbours(net, "adjacency");
        Value x = net.Activate("layer1", Layer("layer1", net.Input, net.Scaled(16)), Activation.Relu);
        net.Output("scores", Layer("layer2", x, net.Classes));

        Value Layer(string name, Value x, int outputs)
        {
            Value sum = net.Add($"{name}.sum", net.Scale($"{name}.self", x, 1.1f), net.MatMul($"{name}.neighbours", adjacency, x));
            return net.Linear($"{name}.2", net.Activate($"{name}.1", net.Linear($"{name}.1", sum, net.Scaled(16)), Activation.Relu), outputs);
        }
    }

    private static Value Neighbours(NetBuilder net, string name) => net.AddInput(name, net.Input.Dims[0], net.Input.Dims[0]);
}
