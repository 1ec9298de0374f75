using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;

namespace EdgeKit.Quantization;

/// <summary>A scheme that was read, held against the model it is for.</summary>
/// <param name="Options">The options that make its decisions again.</param>
/// <param name="PicturesNeeded">Why pictures are needed, to follow the file's name; null where they are not.</param>
public sealed record SchemeApplication(QuantizeOptions Options, string? PicturesNeeded)
{
    private static readonly QuantizationPass[] MovesRanges = [new EqualizePass(), new AbsorbPass()];

    /// <summary>Checks a scheme against a model.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="floatGraph">The float model; it is not changed.</param>
    /// <param name="options">Choices that the scheme does not hold.</param>
    /// <exception cref="SchemeException">The model has no such tensor or layer, or cannot do what the scheme says.</exception>
    public static SchemeApplication Of(QuantizationScheme scheme, string path, Graph floatGraph, QuantizeOptions options)
    {
        options = options with
        {
            Activations = scheme.Activations,
            Weights = scheme.Weights,
            Without = Known(scheme.Without, path),
        };
        Graph graph = Planned(floatGraph, options).Graph;
        var ranges = new Dictionary<string, ValueRange>(options.Ranges, StringComparer.Ordinal);
        foreach (SchemeTensor t in scheme.Tensors.Where(static t => t.Type == QuantizationScheme.Int8)) ranges[t.Name] = new ValueRange(t.Low!.Value, t.High!.Value);
        options = options with { Ranges = ranges, KeepFloat = KeepFloat(scheme, path, graph, options.KeepFloat) };

        QuantizationRun run = Planned(floatGraph, options);
        foreach (SchemeLayer layer in scheme.Layers.Where(static l => l.Type == QuantizationScheme.Int8))
        {
            if (run.Plan.FloatOperators.FirstOrDefault(f => f.Node == layer.Name) is { } obstacle)
                throw new SchemeException($"{path}: layer '{layer.Name}' cannot be {QuantizationScheme.Int8}: {obstacle.Reason}");
        }
        // With one scale for all weights, passes that need pictures move ranges from one layer to the next.
        string? needed = options.Weights == WeightGranularity.PerTensor && MovesRanges.Any(p => QuantizationPasses.IsOn(p, options))
            ? "has ranges of layers that were balanced on pictures"
            : null;
        foreach (ScaleGroup group in run.Groups)
        {
            Value[] given = [.. group.Members.Where(v => ranges.ContainsKey(v.Name))];
            if (given.Length == 0) needed ??= $"gives no range for '{group.Members[0].Name}'";
            else if (Array.Find(given, v => ranges[v.Name] != ranges[given[0].Name]) is { } other)
                throw new SchemeException($"{path}: tensors '{given[0].Name}' and '{other.Name}' share one scale in this model, but their ranges differ; give them the same, or only one of them");
        }
        return new SchemeApplication(options, needed);
    }

    /// <summary>The model as it is when ranges are measured, which needs no picture.</summary>
    private static QuantizationRun Planned(Graph floatGraph, QuantizeOptions options)
    {
        var run = new QuantizationRun { Graph = floatGraph.Clone(), Options = options, Images = [], Progress = null, Cancel = CancellationToken.None };
        foreach (QuantizationPass pass in QuantizationPasses.All.TakeWhile(static p => p is not MeasurePass))
            if (QuantizationPasses.IsOn(pass, options)) pass.Run(run);
        return run;
    }

    private static HashSet<string> KeepFloat(QuantizationScheme scheme, string path, Graph graph, IReadOnlySet<string> already)
    {
        var nodes = graph.Nodes.ToDictionary(static n => n.Name, StringComparer.Ordinal);
        var keep = new HashSet<string>(already, StringComparer.Ordinal);
        foreach (SchemeLayer layer in scheme.Layers)
        {
            if (!nodes.ContainsKey(layer.Name)) throw new SchemeException($"{path}: the model has no layer '{layer.Name}'");
            if (layer.Type == QuantizationScheme.Float) keep.Add(layer.Name);
        }
        foreach (SchemeTensor t in scheme.Tensors)
        {
            Value value = graph.Find(t.Name) is { IsConstant: false } found ? found : throw new SchemeException($"{path}: the model has no activation '{t.Name}'");
            if (t.Type == QuantizationScheme.Int8) continue;
            if (value.Producer is { } producer) keep.Add(producer.Name);
            keep.UnionWith(value.Consumers.Select(static n => n.Name));
        }
        return keep;
    }

    private static HashSet<string> Known(IReadOnlyList<string> passes, string path)
    {
        HashSet<string> known = [.. Quantizer.Passes().Select(static p => p.Name)];
        return passes.FirstOrDefault(p => !known.Contains(p)) is { } unknown ? throw new SchemeException($"{path}: there is no pass '{unknown}'") : [.. passes];
    }
}
