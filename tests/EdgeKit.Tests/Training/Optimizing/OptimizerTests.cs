using EdgeKit.Training;
using EdgeKit.Training.Optimizing;
using Xunit;

namespace EdgeKit.Tests.Training.Optimizing;

public class OptimizerTests
{
    [Fact]
    public void Plain_descent_follows_the_closed_form_of_a_parabola()
    {
        // Of x²/2 the gradient is x: each step keeps the share 1 - rate.
        Parameter p = Weight(3, -2);
        var sgd = new Sgd([p]) { Momentum = 0, Nesterov = false };
        for (int step = 0; step < 10; step++)
        {
            p.Value.AsSpan<float>().CopyTo(p.Gradient);
            sgd.Step(0.1f);
        }
        Assert.Equal(3 * Math.Pow(0.9, 10), p.Value.AsSpan<float>()[0], 5);
        Assert.Equal(-2 * Math.Pow(0.9, 10), p.Value.AsSpan<float>()[1], 5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Momentum_moves_by_a_geometric_series_under_a_constant_gradient(bool nesterov)
    {
        Parameter p = Weight(0);
        var sgd = new Sgd([p]) { Momentum = 0.5f, Nesterov = nesterov };
        for (int step = 0; step < 3; step++)
        {
            p.Gradient[0] = 1;
            sgd.Step(1);
        }
        // Velocities 1, 1.5, 1.75; Nesterov moves by 1 + 0.5 v.
        Assert.Equal(nesterov ? -(3 + 0.5f * 4.25f) : -4.25f, p.Value.AsSpan<float>()[0]);
    }

    [Fact]
    public void Adam_moves_by_the_rate_whatever_the_size_of_a_constant_gradient()
    {
        Parameter p = Weight(0, 0);
        var adam = new Adam([p]);
        for (int step = 0; step < 5; step++)
        {
            p.Gradient[0] = 1e-3f;
            p.Gradient[1] = -50;
            adam.Step(0.01f);
        }
        Assert.Equal(-0.05f, p.Value.AsSpan<float>()[0], 1e-5);
        Assert.Equal(0.05f, p.Value.AsSpan<float>()[1], 1e-5);
    }

    [Fact]
    public void Weights_decay_and_biases_do_not()
    {
        Parameter weight = Weight(2), bias = new("bias", [2f], [1]);
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd([weight, bias]) { WeightDecay = 0.1f, Nesterov = false }, new Adam([weight, bias]) { WeightDecay = 0.1f } })
        {
            weight.Value.AsSpan<float>()[0] = 2;
            optimizer.Step(0.5f);
            Assert.Equal(2 - 0.5f * 0.1f * 2, weight.Value.AsSpan<float>()[0], 1e-6);
            Assert.Equal(2, bias.Value.AsSpan<float>()[0]);
        }
    }

    [Fact]
    public void Gradients_are_clipped_together()
    {
        Parameter a = Weight(0), b = Weight(0);
        (a.Gradient[0], b.Gradient[0]) = (3, 4);
        Assert.Equal(5, GradientNorm.Clip([a, b], 10));
        Assert.Equal(4, b.Gradient[0]);
        Assert.Equal(5, GradientNorm.Clip([a, b], 1));
        Assert.Equal(0.6f, a.Gradient[0], 1e-6);
        Assert.Equal(0.8f, b.Gradient[0], 1e-6);
    }

    [Fact]
    public void Rates_warm_up_and_fall()
    {
        var cosine = new LearningRate { Peak = 1, Steps = 110, WarmUp = 10 };
        Assert.Equal(1f / 11, cosine.At(0), 1e-6);
        Assert.Equal(1, cosine.At(10), 1e-6);
        Assert.Equal(0.5, cosine.At(60), 1e-6);
        Assert.Equal(0, cosine.At(110), 1e-6);
        Assert.Equal(0.1, (cosine with { Final = 0.1 }).At(110), 1e-6);
        LearningRate steps = cosine with { Schedule = RateSchedule.Step, Steps = 100 };
        Assert.Equal([1, 1, 0.1f, 0.1f, 0.01f], new[] { 20, 49, 50, 74, 75 }.Select(s => MathF.Round(steps.At(s), 6)));
        Assert.Equal(1, (cosine with { Schedule = RateSchedule.Constant }).At(109));
    }

    [Fact]
    public void Initial_weights_keep_variance()
    {
        int[] shape = [64, 32, 3, 3];
        float[] he = Initializer.He(shape, CounterRandom.Of(1)).ToFloats(), xavier = Initializer.Xavier(shape, CounterRandom.Of(1)).ToFloats();
        Assert.InRange(he.Average(static v => v * v) * 32 * 9 / 2, 0.97, 1.03);
        float limit = MathF.Sqrt(6f / (32 * 9 + 64 * 9));
        Assert.InRange(xavier.Max(), 0.99f * limit, limit);
        Assert.InRange(xavier.Average(), -0.02 * limit, 0.02 * limit);
    }

    [Fact]
    public void The_average_of_constant_weights_is_they_and_it_follows_a_change()
    {
        var average = new WeightAverage([1], 0.9);
        for (int step = 0; step < 5; step++) average.Update(0, [4], step);
        Assert.Equal(4, average.Averages[0][0], 1e-6);
        average.Update(0, [5], 1000);
        Assert.Equal(4.1, average.Averages[0][0], 1e-5);
    }

    private static Parameter Weight(params float[] values) => new("weight", values, [1, values.Length]);
}
