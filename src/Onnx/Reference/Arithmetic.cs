using System.Numerics;

namespace EdgeKit.Onnx.Reference;

/// <summary>Arithmetic on numbers, with NumPy broadcasting; integers wrap around, and integer division truncates toward zero.</summary>
internal static class Arithmetic
{
    public readonly struct Add : IBinary { public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T> => a + b; }
    public readonly struct Sub : IBinary { public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T> => a - b; }
    public readonly struct Mul : IBinary { public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T> => a * b; }
    public readonly struct Div : IBinary { public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T> => a / b; }
    public readonly struct Min : IBinary { public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T> => T.Min(a, b); }
    public readonly struct Max : IBinary { public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T> => T.Max(a, b); }

    /// <summary>Remainder with the sign of the dividend, as C's fmod.</summary>
    private readonly struct Remainder : IBinary { public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T> => a % b; }

    /// <summary>Remainder with the sign of the divisor, as Python's %.</summary>
    private readonly struct FloorModulo : IBinary
    {
        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>
        {
            T r = a % b;
            return r != T.Zero && T.IsNegative(r) != T.IsNegative(b) ? r + b : r;
        }
    }

    /// <summary>An operator of two inputs.</summary>
    public static Tensor[] Binary<TOp>(Call call) where TOp : IBinary => [Combine<TOp>(call, call.Input(0), call.Input(1))];

    /// <summary>An operator of any number of inputs, combined from left to right.</summary>
    public static Tensor[] Variadic<TOp>(Call call) where TOp : IBinary => [call.AllInputs().Aggregate((a, b) => Combine<TOp>(call, a, b))];

    public static Tensor[] Mean(Call call)
    {
        Tensor sum = Variadic<Add>(call)[0];
        return [Combine<Div>(call, sum, Tensor.Scalar((float)call.InputCount))];
    }

    public static Tensor[] Mod(Call call) =>
        call.Attributes.Int("fmod", 0) != 0 ? Binary<Remainder>(call)
        : call.Input(0).Type is ElementType.Float or ElementType.Double ? throw call.Error("floats need fmod = 1")
        : Binary<FloorModulo>(call);

    /// <summary>base ** exponent in the type of the base; the exponent may have another type.</summary>
    public static Tensor[] Pow(Call call)
    {
        Tensor a = call.Input(0), b = call.Input(1);
        int[] shape = Broadcasting.Shape(call, a.Shape, b.Shape);
        if (a.Type == ElementType.Float)
        {
            Tensor exponent = Tensor.Of(b.ToFloats(), b.Shape);
            return [Tensor.Of(Broadcasting.Map<float, float>(shape, a, exponent, MathF.Pow), shape)];
        }
        Tensor power = Tensor.Of(Broadcasting.Map<double, double>(shape, Doubles(a), Doubles(b), Math.Pow), shape);
        return [Casting.To(call, power, a.Type)];
    }

    /// <summary>An operator of one input that keeps its type.</summary>
    public static Tensor[] Unary<TOp>(Call call) where TOp : IUnary =>
        [TypeDispatch.RunNumeric(call, call.Input(0).Type, new UnaryWork<TOp>(call.Input(0)))];

    public interface IUnary
    {
        static abstract T Apply<T>(T x) where T : unmanaged, INumber<T>;
    }

    public readonly struct Abs : IUnary { public static T Apply<T>(T x) where T : unmanaged, INumber<T> => T.Abs(x); }
    public readonly struct Neg : IUnary { public static T Apply<T>(T x) where T : unmanaged, INumber<T> => -x; }
    public readonly struct Sign : IUnary { public static T Apply<T>(T x) where T : unmanaged, INumber<T> => T.IsNaN(x) ? x : T.CreateChecked(T.Sign(x)); }

    private static Tensor Combine<TOp>(Call call, Tensor a, Tensor b) where TOp : IBinary
    {
        if (a.Type != b.Type) throw call.Error($"inputs have different types, {a.Type} and {b.Type}");
        int[] shape = Broadcasting.Shape(call, a.Shape, b.Shape);
        return TypeDispatch.RunNumeric(call, a.Type, new BinaryWork<TOp>(a, b, shape));
    }

    private static Tensor Doubles(Tensor t) => Tensor.Of(t.ToDoubles(), t.Shape);

    private readonly record struct BinaryWork<TOp>(Tensor A, Tensor B, int[] Shape) : INumeric where TOp : IBinary
    {
        public Tensor Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => Tensor.Of(Broadcasting.Map<T, T>(Shape, A, B, TOp.Apply), Shape);
    }

    private readonly record struct UnaryWork<TOp>(Tensor X) : INumeric where TOp : IUnary
    {
        public Tensor Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => Tensor.Of(Array.ConvertAll(X.AsSpan<T>().ToArray(), TOp.Apply), X.Shape);
    }
}
