using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Budgets;

/// <summary>
/// What layers cost on a machine, as a file holds it: instructions by kernel, from which any layer's follow, or times of the layers that were measured, between whose widths
/// times are interpolated.
/// </summary>
public sealed class TargetProfile : ILayerCosts
{
    private readonly LayerTable _table;

    /// <param name="name">The machine.</param>
    /// <param name="kernels">Instructions by kernel; the first that fits a layer counts.</param>
    /// <param name="instructionsPerMs">Instructions that the machine is assumed to do in a millisecond.</param>
    /// <param name="layers">Measured layers.</param>
    /// <param name="int8">Whether layers run in INT8.</param>
    public TargetProfile(string name, IReadOnlyList<KernelCosts> kernels, double instructionsPerMs, IReadOnlyList<MeasuredLayer> layers, bool int8 = true)
    {
        Name = name;
        Kernels = kernels;
        InstructionsPerMs = instructionsPerMs;
        Layers = layers;
        Int8 = int8;
        _table = new LayerTable(layers);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Instructions by kernel.</summary>
    public IReadOnlyList<KernelCosts> Kernels { get; }

    /// <summary>Instructions that the machine is assumed to do in a millisecond; 0 where times are measured.</summary>
    public double InstructionsPerMs { get; }

    /// <summary>Measured layers.</summary>
    public IReadOnlyList<MeasuredLayer> Layers { get; }

    /// <inheritdoc/>
    public bool Int8 { get; }

    /// <inheritdoc/>
    public string? Assumption => Kernels.Count == 0 ? null : FormattableString.Invariant($"{InstructionsPerMs / 1e6:0.##} instructions a nanosecond on one thread; a share of the time needs no such assumption");

    /// <summary>The profile for layers in INT8 or in float.</summary>
    public TargetProfile For(bool int8) => new(Name, Kernels, InstructionsPerMs, Layers, int8);

    /// <summary>The profile with all measured times multiplied, as where a whole network takes more or less than its layers one by one.</summary>
    public TargetProfile Scaled(double factor) => new(Name, Kernels, InstructionsPerMs, [.. Layers.Select(l => l with { Ms = l.Ms * factor })], Int8);

    /// <summary>Instructions of a layer, where the profile counts them.</summary>
    /// <exception cref="ModelException">It has no kernel for the layer.</exception>
    public double InstructionsOf(LayerShape shape) =>
        (Kernels.FirstOrDefault(k => k.Fits(shape)) ?? throw Unknown(shape)).InstructionsOf(shape);

    /// <inheritdoc/>
    public double CostOf(LayerShape shape)
    {
        if (_table.Find(shape) is { } ms) return ms;
        return Kernels.Count > 0 ? InstructionsOf(shape) / InstructionsPerMs : throw Unknown(shape);
    }

    /// <summary>Milliseconds of a graph: the sum over its layers.</summary>
    public double TimeOf(Graph graph) => TimeCosts.Of(graph, this);

    private ModelException Unknown(LayerShape shape) =>
        new($"the profile of {Name} has no {(shape.Int8 ? "INT8" : "float")} {shape.Kind} layers of {shape.KernelHeight}x{shape.KernelWidth}, stride {shape.Stride}, on {shape.Height}x{shape.Width}: make one from this model (--target host --save-target FILE.json, or edgekit profile MODEL.ekm --host BOARD)");
}
