using EdgeKit.Onnx;
using EdgeKit.Statistics;
using EdgeKit.Tests.Pruning;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Statistics;

public class SegmentedPassTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void Every_step_shows_what_a_whole_run_does(long mostBytes)
    {
        var n = new SketchNet(3, 1, 3, 8, 8);
        Value a = n.Op("Relu", n.Conv(n.Input, 6, 3)), b = n.Op("Add", n.Conv(n.Op("Relu", n.Conv(a, 8)), 6, 3), a);
        Graph graph = n.Done(n.Conv(n.Concat(1, b, a), 5), b);
        Tensor[] pictures = [.. Enumerable.Range(0, 3).Select(static i => TestNet.Picture([1, 3, 8, 8], new Random(i)))];
        var pass = new SegmentedPass(graph, pictures, mostBytes);
        foreach (Node node in graph.Nodes.Where(static v => v.OpType == "Conv"))
        {
            string[] values = [node.Input(0).Name, node.Output.Name];
            var whole = new Dictionary<(int, string), float[]>();
            ActivationPass.Run(graph, values, pictures, (p, name, data) => whole[(p, name)] = data);
            using SegmentedPass.Step step = pass.To(node, values);
            for (int p = 0; p < pictures.Length; p++)
            {
                int seen = 0;
                step.Run(p, (name, data) =>
                {
                    seen++;
                    float[] expected = whole[(p, name)];
                    Assert.Equal(expected.Length, data.Length);
                    for (int k = 0; k < expected.Length; k++) Assert.Equal(expected[k], data[k], 1e-5 * expected.Max(Math.Abs));
                });
                Assert.Equal(2, seen);
            }
        }
    }
}
