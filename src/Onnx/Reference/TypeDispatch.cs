using System.Numerics;

namespace EdgeKit.Onnx.Reference;

/// <summary>Work on tensors whose element type is a parameter.</summary>
internal interface ITyped
{
    Tensor Run<T>() where T : unmanaged;
}

/// <summary>Work on tensors of numbers.</summary>
internal interface INumeric
{
    Tensor Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

internal static class TypeDispatch
{
    /// <summary>Runs the work with the .NET type of the elements.</summary>
    public static Tensor Run<TWork>(ElementType type, TWork work) where TWork : ITyped => type switch
    {
        ElementType.Float => work.Run<float>(),
        ElementType.UInt8 => work.Run<byte>(),
        ElementType.Int8 => work.Run<sbyte>(),
        ElementType.Int32 => work.Run<int>(),
        ElementType.Int64 => work.Run<long>(),
        ElementType.Bool => work.Run<bool>(),
        ElementType.Double => work.Run<double>(),
        _ => throw new ModelException($"no operator takes elements of type {type}"),
    };

    /// <summary>Runs the work with the .NET type of the elements, which must be numbers.</summary>
    public static Tensor RunNumeric<TWork>(Call call, ElementType type, TWork work) where TWork : INumeric => type switch
    {
        ElementType.Float => work.Run<float>(),
        ElementType.UInt8 => work.Run<byte>(),
        ElementType.Int8 => work.Run<sbyte>(),
        ElementType.Int32 => work.Run<int>(),
        ElementType.Int64 => work.Run<long>(),
        ElementType.Double => work.Run<double>(),
        _ => throw call.Error($"does not take elements of type {type}"),
    };
}
