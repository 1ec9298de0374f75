using EdgeKit.Onnx;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Constant weights or biases: float, or codes with their scales where they come through DequantizeLinear.</summary>
internal sealed class ConstantWeights
{
    /// <summary>Float weights, or codes less their zero points.</summary>
    public required float[] Values { get; init; }

    /// <summary>Codes of an int32 bias, which float cannot hold exactly.</summary>
    public int[]? Codes { get; private init; }

    /// <summary>One scale, or one an output channel; null for float weights.</summary>
    public float[]? Scales { get; private init; }

    /// <summary>For each code the number of its scale.</summary>
    private Func<int, int> ScaleOf { get; init; } = static _ => 0;

    public static bool Has(Value value) => Source(value) is not null;

    public static ConstantWeights? Of(Value value)
    {
        if (value.Constant is { } constant) return new ConstantWeights { Values = constant.ToFloats() };
        if (Source(value) is not { } codes) return null;
        Node node = value.Producer!;
        QuantizationParameters q = QuantizationParameters.Of(node) ?? throw ModelException.At(node, "needs constant scales and zero points");
        int axis = q.PerTensor ? 0 : q.Axis < 0 ? q.Axis + codes.Rank : q.Axis;
        if (!q.PerTensor && codes.Shape[axis] != q.Scales.Length) throw ModelException.At(node, $"has {q.Scales.Length} scales for {codes.Shape[axis]} channels");
        int inner = 1;
        for (int i = axis + 1; i < codes.Rank; i++) inner *= codes.Shape[i];
        int channels = q.Scales.Length;
        int ScaleOf(int i) => channels == 1 ? 0 : i / inner % channels;
        int[] raw = codes.ToInt32s();
        for (int i = 0; i < raw.Length; i++) raw[i] -= q.ZeroPoints[ScaleOf(i)] - q.Shift;
        return new ConstantWeights { Values = Array.ConvertAll(raw, static v => (float)v), Codes = raw, Scales = q.Scales, ScaleOf = ScaleOf };
    }

    /// <summary>Real values.</summary>
    public float[] Dequantized()
    {
        if (Scales is null) return Values;
        float[] values = new float[Values.Length];
        for (int i = 0; i < values.Length; i++) values[i] = Values[i] * Scales[ScaleOf(i)];
        return values;
    }

    private static Tensor? Source(Value value) => value.Constant
        ?? (value.Producer is { } node && node.Is("DequantizeLinear") ? node.Input(0).Constant : null);
}
