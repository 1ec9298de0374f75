namespace EdgeKit.Quantization;

/// <summary>How activations are written in the QDQ graph.</summary>
public enum ActivationScheme
{
    /// <summary>uint8 with a zero point anywhere: the finest steps, and what ONNX Runtime fuses.</summary>
    Asymmetric,

    /// <summary>int8 in [-127, 127] with zero point 0 everywhere: what TensorRT's importer takes.</summary>
    Symmetric,
}
