using EdgeKit.Compiler.Ir;

namespace EdgeKit.Compiler.Lowering;

/// <summary>256-entry tables of functions of INT8 tensors: entry q + 128 is QuantizeLinear(f(DequantizeLinear(q))).</summary>
internal static class Tables
{
    /// <summary>The table of one function from reals to reals.</summary>
    public static sbyte[] Of(PlanTensor from, PlanTensor to, Func<float, float> function) => Quantized(Array.ConvertAll(Inputs(from), x => function(x)), to);

    /// <summary>The real values that the 256 codes of a tensor stand for.</summary>
    public static float[] Inputs(PlanTensor from)
    {
        float[] values = new float[256];
        for (int i = 0; i < 256; i++) values[i] = (i - 128 - from.ZeroPoint) * from.Scale;
        return values;
    }

    /// <summary>Real results as codes of <paramref name="to"/>.</summary>
    public static sbyte[] Quantized(float[] values, PlanTensor to) =>
        Array.ConvertAll(values, v => (sbyte)QuantizationParameters.Quantize(v, to.Scale, to.ZeroPoint));
}
