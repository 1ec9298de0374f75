using System.Text;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Profiling;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Inspecting;

/// <summary>What an <c>.ekm</c> file holds.</summary>
internal sealed record PlanReport
{
    public int Version { get; init; } = JsonOutput.Version;

    public required string Model { get; init; }
    public required long FileBytes { get; init; }
    public required long ConstantBytes { get; init; }
    public required int Labels { get; init; }
    public required bool HasPreprocessing { get; init; }
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>One for each input size.</summary>
    public required IReadOnlyList<PlanEntry> Plans { get; init; }

    public static PlanReport Of(PlanFile file) => new()
    {
        Model = file.Name,
        FileBytes = file.Length,
        ConstantBytes = file.Constants.Length,
        Labels = file.Labels.Length,
        HasPreprocessing = file.Preprocessing.Length > 0,
        Properties = file.Properties,
        Plans = [.. Enumerable.Range(0, file.PlanCount).Select(i => PlanEntry.Of(file, i))],
    };

    /// <summary>The report as text.</summary>
    /// <param name="withMemory">Whether with what the compiler did to tensors, and a map of the memory.</param>
    public string ToText(bool withMemory = false)
    {
        var text = new StringBuilder();
        text.Append($"{Model}: {Units.Size(FileBytes)}, constants {Units.Size(ConstantBytes)}, preprocessing {(HasPreprocessing ? "inside" : "not known")}, {Labels} labels\n");
        foreach ((string key, string value) in Properties) text.Append($"{key}: {value}\n");
        foreach (PlanEntry plan in Plans)
        {
            text.Append($"\ninputs   {Tensors(plan.Inputs)}\noutputs  {Tensors(plan.Outputs)}\nmemory   arena {Units.Size(plan.ArenaBytes)}, packed weights {Units.Size(plan.PackedBytes)}\n\n");
            var table = new TextTable("operator", "kind", "type", "output", "kernel") { LeftColumns = 5 };
            foreach (OperatorEntry op in plan.Operators)
                table.Add(op.Name, op.Kind, op.Type, InputShape.Format(op.Output), op.Kernel ?? "");
            text.Append(table);
            if (!withMemory) continue;
            text.Append(Units.Invariant($"\n{plan.Steps.Views} tensors are views of channels, {plan.Steps.InPlace} operators write over an operand,\n{plan.Steps.Bands} convolutions run in bands of rows, {plan.Steps.Copies} copies remain\n"));
            text.Append('\n').Append(ArenaMap.Of(plan));
        }
        return text.ToString().TrimEnd();
    }

    private static string Tensors(IEnumerable<TensorEntry> tensors) =>
        string.Join(", ", tensors.Select(static t => $"{t.Name} {InputShape.Format(t.Shape)} {t.Type}{(t.Scale is { } s ? Units.Invariant($" (scale {s:G6}, zero point {t.ZeroPoint})") : "")}"));
}

/// <summary>One plan of the file.</summary>
internal sealed record PlanEntry(
    IReadOnlyList<TensorEntry> Inputs, IReadOnlyList<TensorEntry> Outputs, long ArenaBytes, long PackedBytes, IReadOnlyList<OperatorEntry> Operators,
    PlanSteps Steps, IReadOnlyList<NamedSpan> Arena)
{
    public static PlanEntry Of(PlanFile file, int plan)
    {
        using Session session = Session.Load(file, new SessionOptions { Plan = plan });
        return new PlanEntry(
            [.. session.Inputs.Select(i => TensorEntry.Of(session.Tensors[i]))],
            [.. session.Outputs.Select(i => TensorEntry.Of(session.Tensors[i]))],
            session.ArenaBytes, session.PackedBytes,
            [.. Enumerable.Range(0, session.OperatorCount).Select(session.Operator).Select(op => new OperatorEntry(
                op.Name, op.Kind.ToString(), TensorEntry.TypeName(session.Tensors[op.Outputs[0]].Type), session.Tensors[op.Outputs[0]].LogicalDims, op.Kernel))],
            PlanSteps.Of(session),
            [.. session.ArenaSpans().Select(s => new NamedSpan(session.Tensors[s.Tensor].Name, s.Offset, s.Bytes, s.First, s.Last))]);
    }
}

/// <summary>An input or output of a plan, in the model's dimension order.</summary>
internal sealed record TensorEntry(string Name, IReadOnlyList<int> Shape, string Type, float? Scale, int? ZeroPoint)
{
    public static TensorEntry Of(TensorInfo tensor)
    {
        bool quantized = tensor.Type == PlanType.Int8;
        return new TensorEntry(tensor.Name, tensor.LogicalDims, TypeName(tensor.Type), quantized ? tensor.Scale : null, quantized ? tensor.ZeroPoint : null);
    }

    public static string TypeName(PlanType type) => type.ToString().ToLowerInvariant();
}

/// <summary>An operator of a plan.</summary>
internal sealed record OperatorEntry(string Name, string Kind, string Type, IReadOnlyList<int> Output, string? Kernel);

/// <summary>What the compiler did to the tensors of a plan.</summary>
/// <param name="Views">Tensors that are some channels of a wider one.</param>
/// <param name="InPlace">Operators that write over an operand.</param>
/// <param name="Bands">Convolutions that run interleaved with their neighbours.</param>
/// <param name="Copies">Operators that only move elements.</param>
internal sealed record PlanSteps(int Views, int InPlace, int Bands, int Copies)
{
    public static PlanSteps Of(Session session)
    {
        Dictionary<int, ArenaSpan> spans = session.ArenaSpans().ToDictionary(static s => s.Tensor);
        OperatorInfo[] operators = [.. Enumerable.Range(0, session.OperatorCount).Select(session.Operator)];
        return new PlanSteps(
            session.Tensors.Count(static t => t.PixelStride > t.Channels),
            operators.Count(op => op.Inputs.Any(i => spans.TryGetValue(i, out ArenaSpan? x) && x.Offset == spans[op.Outputs[0]].Offset && x.Bytes == spans[op.Outputs[0]].Bytes)),
            operators.Sum(static op => op.Band),
            operators.Count(static op => op.Kind == OperatorKind.Copy));
    }
}
