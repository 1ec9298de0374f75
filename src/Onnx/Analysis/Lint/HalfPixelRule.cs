using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Analysis.Lint;

/// <summary>A kernel of an even size has no middle: padded alike on both sides, its output is a pixel larger than its input, or one smaller, and lies half a pixel beside it.</summary>
internal sealed class HalfPixelRule : ILintRule
{
    public string Name => "half-pixel";

    public IEnumerable<LintFinding> Find(LintContext context)
    {
        foreach (Node node in context.Graph.Nodes.Where(static n => n.Is("Conv") || n.Is("AveragePool") || n.Is("MaxPool")))
        {
            int[]? kernel = node.Is("Conv") ? node.Input(1).Dims[2..] : node.Attributes.Ints("kernel_shape");
            if (kernel is null) continue;
            Window window = Window.Read(node, kernel);
            for (int i = 0; i < kernel.Length; i++)
            {
                int begin = window.Pads[i], end = window.Pads[i + kernel.Length];
                if (kernel[i] % 2 != 0 || window.Strides[i] != 1 || begin != end || begin == 0 || window.Dilations[i] % 2 == 0) continue;
                int from = node.Input(0).Dims[2 + i], to = node.Outputs[0].Dims[2 + i];
                yield return new LintFinding(Name, node.Name,
                    $"a kernel of {kernel[i]} padded by {begin} on both sides makes {to} of {from} pixels, half a pixel off",
                    $"an odd kernel, or pads of {(kernel[i] - 1) / 2} and {kernel[i] / 2}");
                break;
            }
        }
    }
}
