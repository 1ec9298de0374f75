namespace EdgeKit.Onnx.Normalise;

/// <summary>Operators that ONNX Runtime joins when it saves an optimised model, taken apart again: what can be joined is the compiler's to find.</summary>
internal static class FusedForms
{
    /// <summary>com.microsoft FusedConv: a Conv, a fourth input that is added, and an activation.</summary>
    public static void Conv(Node node)
    {
        Graph graph = node.Graph;
        string activation = node.Attributes.String("activation", "");
        float[] parameters = node.Attributes.Floats("activation_params") ?? [];
        Node conv = graph.InsertBefore(node, "Conv", [node.Input(0), node.Input(1), node.Optional(2)], name: $"{node.Name}_conv");
        node.Attributes.CopyTo(conv.Attributes);
        foreach (string own in (string[])["activation", "activation_params"]) conv.Attributes.Remove(own);
        Value sum = node.Optional(3) is { } addend ? graph.InsertBefore(node, "Add", [conv.Output, addend], name: $"{node.Name}_add").Output : conv.Output;
        switch (activation)
        {
            case "":
                graph.Replace(node, "Identity", [sum]);
                break;
            case "Relu" or "Sigmoid" or "Tanh":
                graph.Replace(node, activation, [sum]);
                break;
            case "LeakyRelu":
                graph.Replace(node, activation, [sum]).Attributes.Set("alpha", Parameter(0));
                break;
            case "HardSigmoid":
                graph.Replace(node, activation, [sum]).Attributes.Set("alpha", Parameter(0)).Set("beta", Parameter(1));
                break;
            case "Clip":
                graph.Replace(node, activation, [sum, Bound("min", 0), Bound("max", 1)]);
                break;
            default:
                throw new ModelException($"activation '{activation}' is not supported; save the model without ONNX Runtime's optimisations");
        }

        float Parameter(int index) => index < parameters.Length ? parameters[index] : throw new ModelException($"attribute 'activation_params' has {parameters.Length} elements, too few for {activation}");
        Value Bound(string name, int index) => graph.NewConstant($"{node.Name}_{name}", Tensor.Scalar(Parameter(index)));
    }
}
