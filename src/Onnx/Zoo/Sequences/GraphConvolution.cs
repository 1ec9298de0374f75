namespace EdgeKit.Onnx.Networks;

/// <summary>
/// GCN: Kipf and Welling, Semi-Supervised Classification with Graph Convolutional Networks (2017), eq. 9: softmax(A relu(A X W0 + b0) W1 + b1) as dense
/// products. Inputs are the features of the nodes [nodes, 1433] and the normalised adjacency matrix [nodes, nodes].
/// </summary>
internal static class GraphConvolution
{
    /// <summary>Words of the Cora citation network.</summary>
    internal const int Features = 1433;

    internal static void Build(NetBuilder net)
    {
        int nodes = net.Input.Dims[0];
        Value adjacency = net.AddInput("adjacency", nodes, nodes);
        Value x = net.Activate("layer1", Layer(net, "layer1", net.Input, adjacency, net.Scaled(16)), Activation.Relu);
        net.Output("scores", Layer(net, "layer2", x, adjacency, net.Classes));
    }

    private static Value Layer(NetBuilder net, string name, Value x, Value adjacency, int outputs) =>
        net.Plus(name, net.MatMul($"{name}.neighbours", adjacency, net.Linear(name, x, outputs, bias: false)), outputs);
}
