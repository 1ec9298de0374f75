using EdgeKit.Onnx;

namespace EdgeKit.Training;

/// <summary>A weight that training changes.</summary>
public sealed class Parameter
{
    internal Parameter(string name, float[] values, int[] shape)
    {
        Name = name;
        Values = values;
        Value = Tensor.Of(values, shape);
        Gradient = new float[values.Length];
    }

    /// <summary>Name of the constant in the graph.</summary>
    public string Name { get; }

    /// <summary>The weights, in the layout of ONNX. An optimizer changes the elements in place; the next forward pass uses them.</summary>
    public Tensor Value { get; }

    /// <summary>
    /// The derivative of the loss by each element of <see cref="Value"/>, in the same order. Backward passes add to it until
    /// <see cref="TrainingNetwork.ClearGradients"/>.
    /// </summary>
    public float[] Gradient { get; }

    /// <summary>The elements of <see cref="Value"/>.</summary>
    internal float[] Values { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(',', Value.Shape)}]";
}
