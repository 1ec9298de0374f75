using System.Numerics;

namespace EdgeKit.Onnx.Reference;

/// <summary>Relations of numbers and operations on booleans, with NumPy broadcasting.</summary>
internal static class Comparisons
{
    public readonly struct Equal : IRelation { public static bool Holds<T>(T a, T b) where T : unmanaged, INumber<T> => a == b; }
    public readonly struct Greater : IRelation { public static bool Holds<T>(T a, T b) where T : unmanaged, INumber<T> => a > b; }
    public readonly struct GreaterOrEqual : IRelation { public static bool Holds<T>(T a, T b) where T : unmanaged, INumber<T> => a >= b; }
    public readonly struct Less : IRelation { public static bool Holds<T>(T a, T b) where T : unmanaged, INumber<T> => a < b; }
    public readonly struct LessOrEqual : IRelation { public static bool Holds<T>(T a, T b) where T : unmanaged, INumber<T> => a <= b; }

    public static Tensor[] Compare<TRelation>(Call call) where TRelation : IRelation
    {
        Tensor a = call.Input(0), b = call.Input(1);
        if (a.Type != b.Type) throw call.Error($"inputs have different types, {a.Type} and {b.Type}");
        int[] shape = Broadcasting.Shape(call, a.Shape, b.Shape);
        if (a.Type == ElementType.Bool && typeof(TRelation) == typeof(Equal))
            return [Tensor.Of(Broadcasting.Map<bool, bool>(shape, a, b, static (x, y) => x == y), shape)];
        return [TypeDispatch.RunNumeric(call, a.Type, new CompareWork<TRelation>(a, b, shape))];
    }

    public static Tensor[] Logical(Call call, Func<bool, bool, bool> f)
    {
        Tensor a = call.Input(0, ElementType.Bool), b = call.Input(1, ElementType.Bool);
        int[] shape = Broadcasting.Shape(call, a.Shape, b.Shape);
        return [Tensor.Of(Broadcasting.Map(shape, a, b, f), shape)];
    }

    public static Tensor[] Not(Call call)
    {
        Tensor x = call.Input(0, ElementType.Bool);
        return [Tensor.Of(Array.ConvertAll(x.AsSpan<bool>().ToArray(), static v => !v), x.Shape)];
    }

    /// <summary>IsInf, of either sign or of one.</summary>
    public static Tensor[] IsInf(Call call)
    {
        bool positive = call.Attributes.Int("detect_positive", 1) != 0, negative = call.Attributes.Int("detect_negative", 1) != 0;
        return Test(call, x => (positive && double.IsPositiveInfinity(x)) || (negative && double.IsNegativeInfinity(x)));
    }

    /// <summary>A question about every number.</summary>
    public static Tensor[] Test(Call call, Predicate<double> holds)
    {
        Tensor x = call.Input(0);
        return [Tensor.Of(Array.ConvertAll(x.ToDoubles(), v => holds(v)), x.Shape)];
    }

    private readonly record struct CompareWork<TRelation>(Tensor A, Tensor B, int[] Shape) : INumeric where TRelation : IRelation
    {
        public Tensor Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => Tensor.Of(Broadcasting.Map<T, bool>(Shape, A, B, TRelation.Holds), Shape);
    }
}
