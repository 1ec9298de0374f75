namespace EdgeKit.Onnx.Reference;

/// <summary>One application of an operator: the node and the tensors at its inputs, with checked access.</summary>
internal sealed class Call(Node node, IReadOnlyList<Tensor?> inputs)
{
    /// <summary>Most elements that a result may have: 1 GiB of floats. A broken model asks for more before a useful one does.</summary>
    private const long MaxElements = 1L << 28;

    public Node Node => node;

    public AttributeMap Attributes => node.Attributes;

    public int InputCount => inputs.Count;

    public ModelException Error(string problem) => ModelException.At(node, problem);

    public Tensor? Optional(int index) => index < inputs.Count ? inputs[index] : null;

    public Tensor Input(int index) => Optional(index) ?? throw Error($"input {index} is missing");

    public Tensor Input(int index, ElementType type)
    {
        Tensor tensor = Input(index);
        return tensor.Type == type ? tensor : throw Error($"input {index} is {tensor.Type} where {type} is wanted");
    }

    /// <summary>All inputs of an operator that takes any number of them.</summary>
    public Tensor[] AllInputs()
    {
        if (inputs.Count == 0) throw Error("has no input");
        return [.. Enumerable.Range(0, inputs.Count).Select(Input)];
    }

    public Tensor Float(int index) => Input(index, ElementType.Float);

    /// <summary>A float vector of exactly <paramref name="length"/> elements.</summary>
    public ReadOnlySpan<float> FloatVector(int index, int length)
    {
        Tensor tensor = Float(index);
        if (tensor.Length != length) throw Error($"input {index} has {tensor.Length} elements where {length} are wanted");
        return tensor.AsSpan<float>();
    }

    /// <summary>A list of integers given as an input.</summary>
    public int[] Ints(int index)
    {
        Tensor tensor = Input(index);
        if (tensor.Type is not (ElementType.Int64 or ElementType.Int32)) throw Error($"input {index} is {tensor.Type} where integers are wanted");
        if (tensor.Rank > 1) throw Error($"input {index} has rank {tensor.Rank} where a list is wanted");
        return tensor.ToInt32s();
    }

    /// <summary>A scalar, or a tensor of one element.</summary>
    public T Scalar<T>(int index) where T : unmanaged
    {
        Tensor tensor = Input(index);
        if (tensor.Length != 1) throw Error($"input {index} has {tensor.Length} elements where one is wanted");
        return tensor.AsSpan<T>()[0];
    }

    /// <summary>An integer, given as an input of one element.</summary>
    public long Integer(int index)
    {
        Tensor tensor = Input(index);
        return tensor.Length == 1 ? tensor.ToInt64s()[0] : throw Error($"input {index} has {tensor.Length} elements where one is wanted");
    }

    /// <summary>The axis attribute <paramref name="name"/>, in 0 to <paramref name="rank"/> - 1.</summary>
    public int Axis(int fallback, int rank, string name = "axis") => Axes.Normalise(node, Attributes.Int(name, fallback), rank);

    /// <summary>Number of elements of a result, small enough to compute.</summary>
    public int Count(ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int d in shape)
        {
            if (d < 0) throw Error($"a result of shape [{string.Join(',', shape.ToArray())}] cannot be");
            count *= d;
            if (count > MaxElements) throw Error($"a result of shape [{string.Join(',', shape.ToArray())}] is too large");
        }
        return (int)count;
    }

    /// <summary>A result of zeros.</summary>
    public Tensor NewResult(ElementType type, params int[] shape)
    {
        Count(shape);
        return Tensor.Zeros(type, shape);
    }
}
