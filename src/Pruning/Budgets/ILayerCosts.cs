using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Budgets;

/// <summary>Tells the time of a layer on some machine.</summary>
public interface ILayerCosts
{
    /// <summary>The machine, as reports call it.</summary>
    string Name { get; }

    /// <summary>Whether layers run in INT8.</summary>
    bool Int8 { get; }

    /// <summary>What times rest on beyond measurement; null for nothing.</summary>
    string? Assumption { get; }

    /// <summary>Milliseconds of one layer, on one thread.</summary>
    /// <exception cref="ModelException">The target knows nothing of such layers.</exception>
    double CostOf(LayerShape shape);
}
