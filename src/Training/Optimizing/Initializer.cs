using EdgeKit.Onnx;

namespace EdgeKit.Training.Optimizing;

/// <summary>Random weights to begin with.</summary>
public static class Initializer
{
    /// <summary>
    /// Normally distributed weights that keep the variance of what passes through a rectified layer (He et al., "Delving Deep into Rectifiers", 2015, eq. 10).
    /// </summary>
    /// <param name="shape">[outputs, inputs of a group, kernel ...].</param>
    /// <param name="random">Where the numbers come from.</param>
    public static Tensor He(int[] shape, CounterRandom random) => Normal(shape, Math.Sqrt(2.0 / FanIn(shape)), random);

    /// <summary>
    /// Uniform weights that keep the variance of what passes through a linear layer, forward and backward on average (Glorot and Bengio, "Understanding the
    /// difficulty of training deep feedforward neural networks", 2010, eq. 16).
    /// </summary>
    /// <param name="shape">[outputs, inputs of a group, kernel ...].</param>
    /// <param name="random">Where the numbers come from.</param>
    public static Tensor Xavier(int[] shape, CounterRandom random)
    {
        int fanOut = shape[0] * Tensor.ElementCount(shape.AsSpan(2));
        float limit = MathF.Sqrt(6f / (FanIn(shape) + fanOut));
        float[] values = new float[Tensor.ElementCount(shape)];
        for (int i = 0; i < values.Length; i++) values[i] = random.NextSingle(-limit, limit);
        return Tensor.Of(values, shape);
    }

    private static Tensor Normal(int[] shape, double sigma, CounterRandom random)
    {
        float[] values = new float[Tensor.ElementCount(shape)];
        for (int i = 0; i < values.Length; i++) values[i] = (float)sigma * random.NextGaussian();
        return Tensor.Of(values, shape);
    }

    private static int FanIn(int[] shape) => Tensor.ElementCount(shape.AsSpan(1));
}
