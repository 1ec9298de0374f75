namespace EdgeKit.Onnx.Pointwise;

/// <summary>f(x; a, b): a function of one float with two parameters, of which it may use none.</summary>
internal delegate float ParametricFunction(float x, float a, float b);

/// <summary>
/// An operator that applies a function to every element of its one input. All that the stages need to know of it: its shapes, reference arithmetic, INT8 table, channels
/// and gradient follow from here. The runtime's function of the same name (<c>UnaryFunction</c>) takes the same parameters.
/// </summary>
/// <param name="OpType">Name of the operator.</param>
/// <param name="Value">f(x; a, b).</param>
/// <param name="Slope">The derivative of f by x, at a corner that of one side; null where it is 0 wherever there is one.</param>
internal sealed record PointwiseFunction(string OpType, ParametricFunction Value, ParametricFunction? Slope = null)
{
    /// <summary>The operator's domain.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Whether it follows layers, in place of being part of arithmetic: it is quantized with them, and takes a table in INT8.</summary>
    public bool IsActivation { get; init; }

    /// <summary>Whether it takes integers too.</summary>
    public bool TakesIntegers { get; init; }

    /// <summary>a and b from the attributes.</summary>
    public Func<AttributeMap, (float A, float B)> Parameters { get; init; } = static _ => default;

    /// <summary>f of a node: <see cref="Value"/> with the parameters that its attributes give.</summary>
    public Func<float, float> Of(Node node)
    {
        (float a, float b) = Parameters(node.Attributes);
        return x => Value(x, a, b);
    }
}
