namespace EdgeKit.Training.Operators.Normalising;

/// <summary>The running mean and variance of a batch normalisation, one number a channel; training moves them.</summary>
internal sealed record Statistics(float[] Mean, float[] Variance);
