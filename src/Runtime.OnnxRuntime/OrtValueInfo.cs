namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>What a model declares about one input or output.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">An ONNX element type number; 0 when it is no tensor.</param>
/// <param name="Shape">Dimensions, outermost first; -1 where the model leaves one open.</param>
public sealed record OrtValueInfo(string Name, int ElementType, int[] Shape);
