namespace EdgeKit.Onnx.Shapes;

/// <summary>What the shape rules share: reading input shapes, checking them, and setting those of outputs.</summary>
internal static class NodeShapes
{
    /// <summary>Dimensions of input <paramref name="index"/>, which must be there and of one of the given types (any, where none is given).</summary>
    public static int[] Dims(this Node node, int index, params ReadOnlySpan<ElementType> types)
    {
        Value value = node.Input(index);
        if (types.Length > 0 && !types.Contains(value.Type))
            throw new ModelException($"input {index} ('{value.Name}') has type {value.Type}, which the operator does not take");
        return value.Dims;
    }

    /// <summary>Dimensions of input <paramref name="index"/> of a feature map: rank 3 and up, batch and channels first.</summary>
    public static int[] FeatureMap(this Node node, int index, params ReadOnlySpan<ElementType> types)
    {
        int[] dims = node.Dims(index, types);
        return dims.Length >= 3 ? dims : throw new ModelException($"input {index} has shape {Text(dims)} where batch, channels and a spatial size are wanted");
    }

    /// <summary>The element type of input <paramref name="index"/>.</summary>
    public static ElementType Type(this Node node, int index) => node.Input(index).Type;

    /// <summary>The integers of an input that must be constant by now.</summary>
    public static int[] ConstantInts(this Node node, int index, string what)
    {
        Tensor tensor = node.Input(index).Constant
            ?? throw new ModelException($"its {what} (input {index}) are computed from data, which is not supported; export the model with fixed shapes");
        return tensor.Rank <= 1 ? tensor.ToInt32s() : throw new ModelException($"its {what} (input {index}) have shape {Text(tensor.Shape)} where a list is wanted");
    }

    /// <summary>A required list attribute of <paramref name="length"/> elements, or <paramref name="fallback"/> everywhere where it is not given.</summary>
    public static int[] Ints(this Node node, string attribute, int length, int fallback)
    {
        if (node.Attributes.Ints(attribute) is not { } values)
        {
            values = new int[length];
            Array.Fill(values, fallback);
        }
        return values.Length == length ? values : throw new ModelException($"attribute '{attribute}' has {values.Length} elements where {length} are wanted");
    }

    /// <summary>Sets the type and shape of the only output.</summary>
    public static void Produces(this Node node, ElementType type, params int[] shape)
    {
        if (node.Outputs.Count > 1) throw new ModelException($"has {node.Outputs.Count} outputs where one is supported");
        node.ProducesAt(0, type, shape);
    }

    /// <summary>Sets the type and shape of output <paramref name="index"/>.</summary>
    public static void ProducesAt(this Node node, int index, ElementType type, int[] shape)
    {
        Check(shape);
        node.Outputs[index].Type = type;
        node.Outputs[index].Shape = shape;
    }

    /// <summary>Refuses a shape with a negative dimension or with more elements than an array holds.</summary>
    public static int[] Check(int[] shape)
    {
        try
        {
            _ = Tensor.ElementCount(shape);
            return shape;
        }
        catch (ArgumentException e)
        {
            throw new ModelException($"shape {Text(shape)}: {e.Message}", e);
        }
    }

    /// <summary>A product or sum of sizes as an int.</summary>
    public static int Size(long size) => size is >= 0 and <= int.MaxValue ? (int)size : throw new ModelException($"a dimension of {size} is not a size");

    /// <summary>The product of sizes as an int.</summary>
    public static int Product(ReadOnlySpan<int> dims)
    {
        long product = 1;
        foreach (int d in dims) product = Size(product * d);
        return (int)product;
    }

    /// <summary>A shape in messages.</summary>
    public static string Text(ReadOnlySpan<int> shape) => $"[{string.Join(',', shape.ToArray())}]";
}
