using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeKit.Cli.Models;
using EdgeKit.Onnx;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Inspecting;

/// <summary>The layers of an ONNX file and how the runtime takes them.</summary>
internal sealed class ModelReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private readonly OnnxModel _model;
    private readonly ModelSummary _summary;
    private readonly RunsAs _runsAs;

    private ModelReport(OnnxModel model, RunsAs runsAs)
    {
        _model = model;
        _summary = ModelSummary.Of(model.Graph);
        _runsAs = runsAs;
    }

    /// <summary>Reads a file. Layers are listed as the file has them; how they run is said of what becomes of them.</summary>
    public static ModelReport Of(string path, string? config, IReadOnlyDictionary<string, int[]>? shapes) =>
        new(OnnxModel.Load(path, config, shapes, declutter: false), RunsAs.Of(OnnxModel.Load(path, config, shapes)));

    /// <summary>The report as text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append($"{_model.Path}: {_model.Graph.Name}, opset {_model.Graph.Opset}, {(_model.IsQuantized ? "int8 (QDQ)" : "fp32")}{(IsUntrained ? ", untrained weights" : "")}\n");
        text.Append($"inputs   {Tensors(_model.Graph.Inputs)}\noutputs  {Tensors(_model.Graph.Outputs)}\n");
        text.Append($"preprocessing {(_model.Preprocessing is null ? "not known" : "known")}\n\n");
        text.Append(SummaryTable.Format(_summary, _runsAs.Of));
        foreach (IGrouping<(string, string), FloatOperator> group in _runsAs.Reasons.GroupBy(static r => (r.OpType, r.Reason)))
        {
            int more = group.Count() - 1;
            text.Append(Wrapping.Wrap($"not int8: {group.Key.Item1} '{group.First().Node}'{(more > 0 ? $" and {more} more" : "")}: {group.Key.Item2}")).Append('\n');
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>The report as JSON.</summary>
    public string ToJson()
    {
        JsonObject json = JsonNode.Parse(SummaryJson.Format(_summary, _runsAs.Of))!.AsObject();
        json["file"] = _model.Path;
        json["opset"] = _model.Graph.Opset;
        json["precision"] = _model.IsQuantized ? "int8" : "fp32";
        json["untrained"] = IsUntrained;
        json["inputs"] = TensorList(_model.Graph.Inputs);
        json["outputs"] = TensorList(_model.Graph.Outputs);
        json["preprocessing"] = _model.Preprocessing is { } p ? JsonNode.Parse(p.ToJson()) : null;
        json["not_int8"] = new JsonArray([.. _runsAs.Reasons.Select(static r => new JsonObject { ["name"] = r.Node, ["op"] = r.OpType, ["reason"] = r.Reason })]);
        return json.ToJsonString(Indented);
    }

    private bool IsUntrained => _model.Graph.Metadata.GetValueOrDefault(Zoo.WeightsKey) == "untrained";

    private static string Tensors(IEnumerable<Value> values) => string.Join(", ", values.Select(static v => $"{v.Name} {InputShape.Format(v.Dims)}"));

    private static JsonArray TensorList(IEnumerable<Value> values) =>
        [.. values.Select(static v => new JsonObject { ["name"] = v.Name, ["shape"] = new JsonArray([.. v.Dims.Select(static d => JsonValue.Create(d))]) })];
}
