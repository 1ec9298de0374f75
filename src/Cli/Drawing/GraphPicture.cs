using EdgeKit.Cli.Models;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Drawing;

/// <summary>The layers of a model as boxes with lines between them, from the input at the top to the outputs.</summary>
internal static class GraphPicture
{
    private const double BoxWidth = 190, BoxHeight = 42, RankHeight = 66, Margin = 16, TitleHeight = 34;
    private const int Characters = 29;

    private const string Style =
        "svg{background:#fff}.label{font:12px sans-serif;fill:#222}.small{font:11px sans-serif;fill:#555}.title{font:bold 15px sans-serif;fill:#222}"
        + ".edge{fill:none;stroke:#777;stroke-width:1.3}.box{fill-opacity:.22;stroke:#555;stroke-width:.7}";

    /// <summary>Draws a graph whose shapes are known.</summary>
    public static string Of(Graph graph)
    {
        ModelSummary summary = ModelSummary.Of(graph);
        var layout = new GraphLayout(graph, summary.Layers);
        double width = Math.Max(layout.Width * BoxWidth + BoxWidth + 2 * Margin, 420), height = layout.Ranks * RankHeight - (RankHeight - BoxHeight) + 2 * Margin + TitleHeight;
        double shift = (width - layout.Width * BoxWidth) / 2;
        var svg = new Svg(width, height, $"Layers of {graph.Name}");
        svg.Text(Margin, Margin + 12, Units.Invariant($"{Short(graph.Name)}: {Units.Count(summary.Parameters)} parameters, {Units.Count(summary.Macs)} MACs"), cssClass: "title");
        foreach (GraphLine line in layout.Lines)
        {
            var points = new List<(double, double)> { (X(line.From.X), Top(line.From.Rank) + BoxHeight) };
            for (int i = 0; i < line.Between.Length; i++)
            {
                points.Add((X(line.Between[i]), Top(line.From.Rank + 1 + i)));
                points.Add((X(line.Between[i]), Top(line.From.Rank + 1 + i) + BoxHeight));
            }
            points.Add((X(line.To.X), Top(line.To.Rank)));
            svg.Path(points, "edge");
        }
        foreach (GraphBox box in layout.Boxes)
        {
            double x = X(box.X), y = Top(box.Rank);
            svg.Rectangle(x - BoxWidth / 2, y, BoxWidth, BoxHeight, $"box {Palette.Class(Kind(box))}", Hint(box));
            svg.Text(x, y + 17, Short(Title(box)), "middle");
            svg.Text(x, y + 33, Short(InputShape.Format(box.Value.Dims)), "middle", "small");
        }
        // Of its own size: a tall picture that is fitted into a window cannot be read.
        string picture = svg.ToString().Replace("<svg ", Units.Invariant($"<svg width=\"{width:F0}\" height=\"{height:F0}\" "), StringComparison.Ordinal);
        return picture.Insert(picture.IndexOf('\n', StringComparison.Ordinal) + 1, $"<style>\n{Style}\n{Palette.Style}</style>\n");

        double X(double column) => shift + column * BoxWidth;
        static double Top(int rank) => Margin + TitleHeight + rank * RankHeight;
    }

    private static string Title(GraphBox box) => box.Layers.Count == 0 ? $"{box.End} {box.Value.Name}" : string.Join(" + ", box.Layers.Select((l, i) => i == 0 ? Operator(l.Node) : Brief(l.OpType)));

    /// <summary>An operator with its window: "Conv 3x3/2", "depthwise 5x5".</summary>
    private static string Operator(Node node)
    {
        if (node.OpType is not ("Conv" or "ConvTranspose" or "MaxPool" or "AveragePool")) return node.OpType;
        int[] kernel = node.Attributes.Ints("kernel_shape") ?? node.Input(1).Dims[2..], strides = node.Attributes.Ints("strides") ?? [1];
        int group = node.Attributes.Int("group", 1);
        string name = node.OpType != "Conv" || group == 1 ? node.OpType : group == node.Input(0).Dims[1] ? "depthwise" : $"Conv of {group} groups";
        return $"{name} {string.Join('x', kernel)}{(strides.Max() > 1 ? $"/{strides.Max()}" : "")}";
    }

    private static string Brief(string opType) => opType switch
    {
        "BatchNormalization" => "BN",
        "QuantizeLinear" => "Q",
        "DequantizeLinear" => "DQ",
        _ => opType,
    };

    private static int Kind(GraphBox box) => box.Layers.Count == 0 ? 7 : box.Layers[0].OpType switch
    {
        "Conv" when box.Layers[0].Node.Attributes.Int("group", 1) > 1 => 5,
        "Conv" or "ConvTranspose" or "QLinearConv" => 0,
        "Gemm" or "MatMul" or "QLinearMatMul" => 6,
        "MaxPool" or "AveragePool" or "GlobalAveragePool" or "GlobalMaxPool" => 3,
        "Add" or "Sub" or "Mul" or "Div" or "Sum" => 1,
        "Concat" or "Split" or "Slice" or "Reshape" or "Transpose" or "Flatten" or "Gather" or "Pad" or "ChannelShuffle" or "DepthToSpace" or "Squeeze" or "Unsqueeze" => 4,
        _ => 2,
    };

    private static string Hint(GraphBox box) => string.Join("\n", box.Layers.Select(static l =>
        Units.Invariant($"{l.Name} ({l.OpType}): {InputShape.Format(l.OutputShape)}, {Units.Count(l.Parameters)} parameters, {Units.Count(l.Macs)} MACs")).DefaultIfEmpty(box.Value.Name));

    private static string Short(string text) => Units.Start(text, Characters);
}
