using EdgeKit.Onnx;

namespace EdgeKit.Training.Running;

/// <summary>Numbers that a training changes and that a checkpoint must hold.</summary>
/// <param name="Name">Unique in the training.</param>
/// <param name="Tensor">The numbers themselves, float32; reading a checkpoint writes into it.</param>
public sealed record StateArray(string Name, Tensor Tensor)
{
    /// <summary>An array as it is, not copied.</summary>
    public static StateArray Of(string name, float[] values) => new(name, Tensor.Of(values, values.Length));

    /// <summary>The numbers.</summary>
    public Span<float> Values => Tensor.AsSpan<float>();

    /// <summary>Whether none is infinite or NaN.</summary>
    public bool IsFinite
    {
        get
        {
            foreach (float v in Values)
                if (!float.IsFinite(v)) return false;
            return true;
        }
    }
}
