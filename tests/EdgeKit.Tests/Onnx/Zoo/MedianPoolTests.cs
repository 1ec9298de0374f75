using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Tests.Onnx.Networks;

public class MedianPoolTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 1)]
    [InlineData(5, 3)]
    public void The_median_of_every_window_is_found(int kernel, int stride)
    {
        const int height = 7, width = 9;
        var graph = new Graph();
        graph.AddOutput(MedianPool.Append(graph, graph.AddInput("x", ElementType.Float, [1, 2, height, width]), kernel, stride));
        ShapeInference.Run(graph);
        var random = new Random(kernel);
        float[] x = [.. Enumerable.Range(0, 2 * height * width).Select(_ => (float)random.Next(30))];
        var feeds = new Dictionary<string, Tensor> { ["x"] = Tensor.Of(x, 1, 2, height, width) };
        Tensor y = ReferenceExecutor.Run(graph, feeds).Values.Single();
        Assert.Equal([1, 2, (height + stride - 1) / stride, (width + stride - 1) / stride], y.Shape);
        float[] expected = [.. Enumerable.Range(0, y.Length).Select(i =>
        {
            int ox = i % y.Shape[3] * stride, oy = i / y.Shape[3] % y.Shape[2] * stride, c = i / y.Shape[3] / y.Shape[2];
            var window = new List<float>();
            for (int dy = -kernel / 2; dy <= kernel / 2; dy++)
            {
                for (int dx = -kernel / 2; dx <= kernel / 2; dx++)
                    window.Add(x[(c * height + Math.Clamp(oy + dy, 0, height - 1)) * width + Math.Clamp(ox + dx, 0, width - 1)]);
            }
            window.Sort();
            return window[window.Count / 2];
        })];
        Assert.Equal(expected, y.ToFloats());
        Assert.Equal(expected, CompiledRun.Of(graph, feeds)[0].ToFloats());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void Other_windows_are_refused(int kernel)
    {
        var graph = new Graph();
        Value x = graph.AddInput("x", ElementType.Float, [1, 1, 8, 8]);
        Assert.Throws<ArgumentOutOfRangeException>(() => MedianPool.Append(graph, x, kernel));
    }
}
