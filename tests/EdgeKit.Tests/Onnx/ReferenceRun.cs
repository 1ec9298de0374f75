using EdgeKit.Onnx;

namespace EdgeKit.Tests.Onnx;

/// <summary>Runs one reference operator on tensors.</summary>
internal static class ReferenceRun
{
    /// <summary>The only output of an operator.</summary>
    internal static Tensor One(string operatorName, Tensor?[] inputs, params (string Name, object Value)[] attributes) => Many(operatorName, 1, inputs, attributes)[0];

    /// <summary>The outputs of an operator; a domain other than the standard one stands before a colon.</summary>
    internal static Tensor[] Many(string operatorName, int outputs, Tensor?[] inputs, params (string Name, object Value)[] attributes)
    {
        var graph = new Graph();
        string[] parts = operatorName.Split(':');
        Node node = graph.Append(parts[^1], inputs.Select(t => t is null ? null : graph.NewConstant("c", t)), outputs, "n", parts.Length == 2 ? parts[0] : "");
        foreach ((string name, object value) in attributes) node.Attributes.Set(name, value);
        return ReferenceOperators.Evaluate(node, inputs);
    }

    /// <summary>0, 1, 2, ... as floats.</summary>
    internal static Tensor Counting(params int[] shape) => Tensor.Of([.. Enumerable.Range(0, Tensor.ElementCount(shape)).Select(i => (float)i)], shape);

    /// <summary>A float vector.</summary>
    internal static Tensor Vector(params float[] values) => Tensor.Of(values, values.Length);

    /// <summary>A tensor of ones.</summary>
    internal static Tensor Ones(params int[] shape)
    {
        Tensor ones = Tensor.Zeros(ElementType.Float, shape);
        ones.AsSpan<float>().Fill(1);
        return ones;
    }
}
