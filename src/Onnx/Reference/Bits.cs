using System.Numerics;

namespace EdgeKit.Onnx.Reference;

/// <summary>Bitwise operators on integers.</summary>
internal static class Bits
{
    public static Tensor[] Not(Call call) => [Run(call, call.Input(0), call.Input(0), '~')];

    /// <summary>BitwiseAnd, Or and Xor (&amp;, |, ^), with broadcasting.</summary>
    public static Tensor[] Binary(Call call, char operation) => [Run(call, call.Input(0), call.Input(1), operation)];

    /// <summary>BitShift of unsigned integers.</summary>
    public static Tensor[] Shift(Call call) => call.Attributes.String("direction", "") switch
    {
        "LEFT" => Binary(call, '<'),
        "RIGHT" => Binary(call, '>'),
        string other => throw call.Error($"direction = '{other}' is not known"),
    };

    private static Tensor Run(Call call, Tensor a, Tensor b, char operation)
    {
        if (a.Type != b.Type) throw call.Error($"inputs have different types, {a.Type} and {b.Type}");
        int[] shape = Broadcasting.Shape(call, a.Shape, b.Shape);
        return a.Type switch
        {
            ElementType.UInt8 => Map<byte>(),
            ElementType.Int8 => Map<sbyte>(),
            ElementType.Int32 => Map<int>(),
            ElementType.Int64 => Map<long>(),
            _ => throw call.Error($"does not take elements of type {a.Type}"),
        };

        Tensor Map<T>() where T : unmanaged, IBinaryInteger<T> => Tensor.Of(Broadcasting.Map<T, T>(shape, a, b, (x, y) => operation switch
        {
            '&' => x & y,
            '|' => x | y,
            '^' => x ^ y,
            '<' => x << int.CreateTruncating(y),
            '>' => x >> int.CreateTruncating(y),
            _ => ~x,
        }), shape);
    }
}
