using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Analysis.Lint;

/// <summary>
/// A transposed convolution whose kernel is no multiple of its stride adds up more taps in some outputs than in their neighbours (Odena et al.,
/// "Deconvolution and Checkerboard Artifacts", Distill 2016).
/// </summary>
internal sealed class CheckerboardRule : ILintRule
{
    private static readonly string[] Axes = ["down", "across"];

    public string Name => "checkerboard";

    public IEnumerable<LintFinding> Find(LintContext context)
    {
        foreach (Node node in context.Graph.Nodes.Where(static n => n.Is("ConvTranspose")))
        {
            int[] kernel = node.Input(1).Dims[2..];
            Window window = Window.Read(node, kernel);
            for (int i = 0; i < kernel.Length; i++)
            {
                int stride = window.Strides[i], kernelSize = kernel[i], left = kernelSize % stride;
                if (left == 0) continue;
                string axis = kernel.Length == 2 ? $" {Axes[i]}" : "";
                yield return new LintFinding(Name, node.Name,
                    $"kernel {kernelSize} over stride {stride}{axis}: outputs take {kernelSize / stride} and {kernelSize / stride + 1} taps by turns",
                    $"a kernel of {kernelSize + stride - left}, or Resize and a convolution of stride 1");
                break;
            }
        }
    }
}
