namespace EdgeKit.Onnx.Reference;

/// <summary>Cast: floats become integers by truncation toward zero, saturated; anything but zero is true.</summary>
internal static class Casting
{
    public static Tensor[] Cast(Call call)
    {
        int code = call.Attributes.Int("to", 0);
        // float16 and bfloat16 are computed as float32 everywhere.
        var target = code is 10 or 16 ? ElementType.Float : (ElementType)code;
        return [To(call, call.Input(0), target)];
    }

    /// <summary>The tensor's elements in another type.</summary>
    public static Tensor To(Call call, Tensor x, ElementType target)
    {
        if (x.Type == target) return x;
        // Int64 does not fit into double beyond 2^53, so integers go to integers without it.
        bool integers = x.Type is ElementType.Int64 or ElementType.Int32 or ElementType.Int8 or ElementType.UInt8 or ElementType.Bool;
        return target switch
        {
            ElementType.Float => Tensor.Of(x.ToFloats(), x.Shape),
            ElementType.Double => Tensor.Of(x.ToDoubles(), x.Shape),
            ElementType.Bool => Tensor.Of(Array.ConvertAll(x.ToDoubles(), static v => v != 0), x.Shape),
            ElementType.Int64 => Tensor.Of(x.ToInt64s(), x.Shape),
            ElementType.Int32 when integers => Tensor.Of(Array.ConvertAll(x.ToInt64s(), static v => (int)v), x.Shape),
            ElementType.Int32 => Tensor.Of(Array.ConvertAll(x.ToDoubles(), static v => (int)v), x.Shape),
            ElementType.UInt8 => Tensor.Of(Array.ConvertAll(x.ToInt64s(), static v => (byte)v), x.Shape),
            ElementType.Int8 => Tensor.Of(Array.ConvertAll(x.ToInt64s(), static v => (sbyte)v), x.Shape),
            _ => throw call.Error($"cannot cast to type {(int)target}"),
        };
    }
}
