using EdgeKit.Training;
using EdgeKit.Training.Losses;
using Xunit;

namespace EdgeKit.Tests.Training.Losses;

/// <summary>Every loss's derivative against the central difference of its value.</summary>
public class LossGradientTests
{
    private const float Step = 1.0f / 1024;

    private delegate double Loss(ReadOnlySpan<float> predicted, Span<float> gradient, float weight);

    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    public void Cross_entropy(float smoothing)
    {
        float[] targets = Rows(Values(12, 0.1f, 1, seed: 2), 4);
        Check(Values(12, -3, 3), (p, g, w) => CrossEntropy.Evaluate(p, targets, 4, g, smoothing, w));
    }

    [Fact]
    public void Binary_cross_entropy() => Check(Values(9, -4, 4), (p, g, w) => BinaryCrossEntropy.Evaluate(p, Values(9, 0, 1, seed: 2), 5, g, w));

    [Theory]
    [InlineData(0.25, 2)]
    [InlineData(0.5, 0)]
    [InlineData(0.75, 1.5)]
    public void Focal(double alpha, double gamma) =>
        Check(Values(9, -4, 4), (p, g, w) => FocalLoss.Evaluate(p, Values(9, 0, 1, seed: 2), 3, g, alpha, gamma, w));

    [Fact]
    public void Quality_focal() => Check(Values(9, -4, 4), (p, g, w) => QualityFocalLoss.Evaluate(p, [.. Values(8, 0, 1, seed: 2), float.NaN], 3, g, w));

    [Fact]
    public void Smooth_L1() => Check(Values(16, -2, 2), (p, g, w) => SmoothL1.Evaluate(p, Values(16, -2, 2, seed: 2), 4, g, 0.5, w));

    [Fact]
    public void Dice() => Check(Values(20, -3, 3), (p, g, w) => DiceLoss.Evaluate(p, Values(20, 0, 1, seed: 2), g, 1, w));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Box_overlap(bool generalized)
    {
        // Overlapping, inside, around, crossing, and apart in one and in both directions.
        float[] targets = [.. Enumerable.Repeat(new float[] { 2, 3, 6, 8 }, 6).SelectMany(static t => t)];
        float[] boxes = [1, 2, 5, 7, 3, 4, 5, 6, 1, 1, 9, 9, 1, 4, 8, 6, 7, 4, 9, 6, 7, 9, 8.5f, 12];
        float[] weights = [1, 0.5f, 2, 1, 1, 0.7f];
        Check(boxes, (p, g, w) => BoxOverlap.Evaluate(p, targets, weights, 3, generalized, g, w));
    }

    [Fact]
    public void Distillation_of_logits() =>
        Check(Values(12, -3, 3), (p, g, w) => Distillation.Logits(p, Values(12, -3, 3, seed: 2), 4, 3, g, w));

    [Fact]
    public void Distillation_of_features() => Check(Values(12, -3, 3), (p, g, w) => Distillation.Features(p, Values(12, -3, 3, seed: 2), g, w));

    [Fact]
    public void Losses_that_are_known_exactly()
    {
        float[] none = new float[4];
        Assert.Equal(Math.Log(4), CrossEntropy.Evaluate([0, 0, 0, 0], [1, 0, 0, 0], 4, none), 12);
        Assert.Equal(Math.Log(2), BinaryCrossEntropy.Evaluate([0], [1], 1, none), 12);
        Assert.Equal(0.25 * 0.25 * Math.Log(2), FocalLoss.Evaluate([0], [1], 1, none), 12);
        Assert.Equal(0, DiceLoss.Evaluate([-200, -200], [0, 0], none), 12);
        Assert.Equal(1 - 1.0 / 7, BoxOverlap.Evaluate([0, 0, 2, 2], [1, 1, 3, 3], [], 1, generalized: false, none), 12);
        Assert.Equal(1 - 1.0 / 7 + 2.0 / 9, BoxOverlap.Evaluate([0, 0, 2, 2], [1, 1, 3, 3], [], 1, generalized: true, none), 12);
        Assert.Equal(0, Distillation.Logits([1, 2, 3, 4], [2, 3, 4, 5], 4, 2, none), 12);
        Assert.Equal(1, Distillation.Features([0, 0], [3, 4], none), 9);
    }

    [Fact]
    public void Logits_of_any_size_give_finite_losses()
    {
        float[] gradient = new float[2];
        foreach (double loss in new[]
        {
            CrossEntropy.Evaluate([1e30f, -1e30f], [0, 1], 2, gradient),
            BinaryCrossEntropy.Evaluate([1e30f, -1e30f], [0, 1], 1, gradient),
            FocalLoss.Evaluate([1e30f, -1e30f], [0, 1], 1, gradient),
            DiceLoss.Evaluate([1e30f, -1e30f], [0, 1], gradient),
        }) Assert.True(double.IsFinite(loss));
        Assert.All(gradient, static g => Assert.True(float.IsFinite(g)));
    }

    private static void Check(float[] predicted, Loss loss)
    {
        float[] gradient = new float[predicted.Length], scratch = new float[predicted.Length];
        Array.Fill(gradient, 0.5f);
        loss(predicted, gradient, 2);
        for (int i = 0; i < predicted.Length; i++)
        {
            float at = predicted[i];
            predicted[i] = at + Step;
            double above = loss(predicted, scratch, 2);
            predicted[i] = at - Step;
            double below = loss(predicted, scratch, 2);
            predicted[i] = at;
            // What was there stays, and the weight counts.
            double expected = 0.5 + 2 * (above - below) / (2 * Step);
            Assert.True(Math.Abs(expected - gradient[i]) < 2e-5 * Math.Max(1, Math.Abs(expected)), $"element {i}: {gradient[i]} where the difference is {expected}");
        }
    }

    private static float[] Values(int count, float low, float high, int seed = 1)
    {
        var random = CounterRandom.Of(seed);
        float[] values = new float[count];
        // Multiples of the step, so that a difference is exact in float.
        for (int i = 0; i < count; i++) values[i] = MathF.Round(random.NextSingle(low, high) / Step) * Step;
        return values;
    }

    private static float[] Rows(float[] values, int row)
    {
        for (int r = 0; r < values.Length; r += row)
        {
            float sum = values.AsSpan(r, row).ToArray().Sum();
            for (int c = 0; c < row; c++) values[r + c] /= sum;
        }
        return values;
    }
}
