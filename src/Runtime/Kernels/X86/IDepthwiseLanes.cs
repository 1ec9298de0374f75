namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>
/// The instructions of the INT8 depthwise kernel. A vector of <see cref="Channels"/> 16-bit integers is interleaved with another to pairs, which makes two vectors, "low" and "high".
/// Wide registers interleave and pack each 128-bit part for itself, so low and high hold channels in an order of their own, which packing them again undoes.
/// </summary>
/// <typeparam name="TInt16">A vector of 16-bit integers.</typeparam>
/// <typeparam name="TInt32">A vector of half as many 32-bit integers.</typeparam>
internal unsafe interface IDepthwiseLanes<TInt16, TInt32>
{
    static abstract int Channels { get; }

    static abstract TInt16 Zero { get; }

    /// <summary>Loads signed bytes.</summary>
    static abstract TInt16 Widen(sbyte* source);

    static abstract TInt16 Low(TInt16 a, TInt16 b);

    static abstract TInt16 High(TInt16 a, TInt16 b);

    /// <summary>sums + the sum of each pair's products.</summary>
    static abstract TInt32 MultiplyAdd(TInt32 sums, TInt16 x, TInt16 w);

    /// <summary>Loads 32-bit values of all channels in the order of low and high.</summary>
    static abstract void Load(int* source, out TInt32 low, out TInt32 high);

    /// <summary><see cref="Requantize.ToInt8"/> of all channels; the scales are floats in the order of low and high.</summary>
    static abstract void Requantize(TInt32 low, TInt32 high, TInt32 scaleLow, TInt32 scaleHigh, in Int8Bounds bounds, sbyte* target);
}
