using EdgeKit.Cli.Drawing;
using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Cli;

/// <summary><c>edgekit inspect --svg</c> of an ONNX file.</summary>
public class GraphPictureTests
{
    public static TheoryData<string> Networks => [.. Zoo.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_node_has_a_place_under_what_it_reads_and_nothing_lies_over_a_box(string network)
    {
        Graph graph = Zoo.Create(network);
        ShapeInference.Run(graph);
        var layout = new GraphLayout(graph, ModelSummary.Of(graph).Layers);
        Assert.Equal(graph.Nodes.Count, layout.Boxes.Sum(static b => b.Layers.Count));
        Assert.All(layout.Lines, static line => Assert.True(line.From.Rank < line.To.Rank));
        foreach (IGrouping<int, GraphBox> rank in layout.Boxes.GroupBy(static b => b.Rank))
        {
            double[] middles = [.. rank.Select(static b => b.X).Order()];
            Assert.All(middles.Skip(1).Zip(middles), static pair => Assert.True(pair.First - pair.Second > 1.1, "boxes overlap"));
            IEnumerable<double> passing = layout.Lines.Where(l => l.From.Rank < rank.Key && l.To.Rank > rank.Key).Select(l => l.Between[rank.Key - l.From.Rank - 1]);
            Assert.All(passing, x => Assert.All(middles, middle => Assert.True(Math.Abs(x - middle) > 0.55, "a line passes a box")));
        }
    }

    [Fact]
    public void The_verb_writes_a_picture_with_every_layer()
    {
        using var tool = new Tool();
        string model = tool.At("m.onnx"), picture = tool.At("m.svg");
        Graph graph = Zoo.Create("shufflenet-v2");
        OnnxFile.Save(graph, model);
        Outcome outcome = Tool.Run("inspect", model, "--svg", picture);
        Assert.Equal(0, outcome.ExitCode);
        string svg = File.ReadAllText(picture);
        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
        Assert.All(graph.Nodes, node => Assert.Contains($"{node.Name} (", svg, StringComparison.Ordinal));
        Assert.Equal(2, Tool.Run("inspect", model, "--plan").ExitCode);
    }
}
