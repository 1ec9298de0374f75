namespace EdgeKit.Quantization;

/// <summary>How a tensor's range is chosen from what was seen on the calibration images.</summary>
public enum CalibrationMethod
{
    /// <summary>For each tensor the rule whose range leaves the least error behind the layers that read it.</summary>
    Auto,

    /// <summary>The smallest and the largest value: nothing is clipped.</summary>
    MinMax,

    /// <summary>The values that <see cref="QuantizeOptions.Percentile"/> of all elements do not exceed, on either side.</summary>
    Percentile,

    /// <summary>The range whose quantized distribution diverges least (Kullback-Leibler) from the original one, as TensorRT's entropy calibration.</summary>
    Entropy,

    /// <summary>The range with the least mean squared error of rounding and clipping together.</summary>
    MeanSquaredError,
}
