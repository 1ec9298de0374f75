using System.Text;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Inspecting;

/// <summary>Faults of design in an ONNX file.</summary>
internal sealed record LintReport
{
    private const string Shapes = "shapes";

    public int Version { get; init; } = JsonOutput.Version;

    public required string Model { get; init; }

    public required IReadOnlyList<LintFinding> Findings { get; init; }

    /// <summary>Reads a file and looks for faults. Shapes that do not work out are one; a file that cannot be read is an error.</summary>
    public static LintReport Of(string path, string? config, IReadOnlyDictionary<string, int[]>? shapes)
    {
        // An unreadable file ends here.
        OnnxFile.Load(path);
        OnnxModel model;
        try
        {
            model = OnnxModel.Load(path, config, shapes, declutter: false);
        }
        catch (ModelException e)
        {
            return new LintReport { Model = path, Findings = [new LintFinding(Shapes, "", (e.InnerException ?? e).Message, "a larger input (--shape), or fewer strides before this layer")] };
        }
        IReadOnlyList<AnchorBox> anchors = model.Preprocessing is { } preprocessing ? ModelDecoder.AnchorsOf(preprocessing) : [];
        return new LintReport { Model = path, Findings = NetworkLint.Run(model.Graph, [.. anchors.Select(static a => new AnchorSize(a.Stride, a.Width, a.Height))]) };
    }

    /// <summary>The report as text.</summary>
    public string ToText()
    {
        if (Findings.Count == 0) return $"{Model}: nothing to complain about";
        var text = new StringBuilder($"{Model}: {Findings.Count} {(Findings.Count == 1 ? "finding" : "findings")}\n");
        foreach (LintFinding f in Findings)
        {
            text.Append('\n').Append(Wrapping.Wrap($"{f.Rule}{(f.Node.Length > 0 ? $"  {f.Node}" : "")}: {f.Problem}")).Append('\n');
            text.Append(Wrapping.Wrap($"  way out: {f.Advice}")).Append('\n');
        }
        return text.ToString().TrimEnd();
    }
}
