using EdgeKit.Onnx;

namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>Where a classifier decides: the names of the values that maps of a decision are made from.</summary>
/// <param name="Logits">The scores of the classes, before a softmax.</param>
/// <param name="Classes">How many there are.</param>
/// <param name="Layer">The node whose weights tell the classes apart.</param>
/// <param name="Features">What that node reads, [1,C] or [1,C,H,W].</param>
/// <param name="Map">The last value with an extent in space that the scores depend on.</param>
internal sealed record ClassifierHead(string Logits, int Classes, string Layer, string Features, string Map)
{
    /// <summary>The head of a model whose first output has a number for each class, or null where it is no such model.</summary>
    public static ClassifierHead? Find(Graph graph)
    {
        Value logits = graph.Outputs[0];
        while (logits.Producer is { OpType: "Softmax" or "LogSoftmax" or "Sigmoid" or "Identity" } end) logits = end.Input(0);
        int classes = Tensor.ElementCount(logits.Dims);
        if (classes < 2 || logits.Dims.Max() != classes) return null;
        Value? features = logits;
        Node? layer = null;
        while (layer is null && features?.Producer is { } node)
        {
            if (node.OpType is "Conv" or "Gemm" or "MatMul") layer = node;
            features = node.Inputs.FirstOrDefault(static v => v is { IsConstant: false });
        }
        if (layer is null || features is null || features.Dims is not ([1, _] or [1, _, _, _])) return null;
        Graph used = graph.WithOutputs([logits.Name]);
        Value? map = used.Nodes.Reverse().Select(static n => n.Outputs[0]).FirstOrDefault(static v => v.Dims is [1, _, _, _] && v.Dims[2] * v.Dims[3] > 1);
        return map is null ? null : new ClassifierHead(logits.Name, classes, layer.Name, features.Name, map.Name);
    }
}
