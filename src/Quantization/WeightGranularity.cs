namespace EdgeKit.Quantization;

/// <summary>How many scales the weights of a layer have.</summary>
public enum WeightGranularity
{
    /// <summary>One for each output channel: no channel suffers from another's size.</summary>
    PerChannel,

    /// <summary>One for the layer, as some accelerators want it.</summary>
    PerTensor,
}
