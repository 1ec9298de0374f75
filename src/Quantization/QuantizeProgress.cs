namespace EdgeKit.Quantization;

/// <summary>How far quantization is.</summary>
/// <param name="Pass">Name of the pass that is running.</param>
/// <param name="Done">Steps that it has done: pictures, or layers.</param>
/// <param name="Total">Steps that it will do; 0 where that is not known.</param>
public readonly record struct QuantizeProgress(string Pass, int Done, int Total);
