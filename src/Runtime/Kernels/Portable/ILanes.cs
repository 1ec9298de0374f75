namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>One vector width for the float and INT8 loops. Each loop is written once and instantiated for every width; all widths give the same bits.</summary>
/// <typeparam name="TFloat">A vector of <see cref="Count"/> floats.</typeparam>
/// <typeparam name="TInt16">A vector of twice as many 16-bit integers.</typeparam>
/// <typeparam name="TInt32">A vector of <see cref="Count"/> 32-bit integers.</typeparam>
internal unsafe interface ILanes<TFloat, TInt16, TInt32>
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Count { get; }

    static abstract TFloat Broadcast(float value);

    static abstract TFloat Load(float* source);

    /// <summary>Loads <see cref="Count"/> signed bytes as floats.</summary>
    static abstract TFloat LoadInt8(sbyte* source);

    static abstract void Store(TFloat value, float* target);

    /// <summary>a · b + c, fused where the instruction set has it.</summary>
    static abstract TFloat MultiplyAdd(TFloat a, TFloat b, TFloat c);

    /// <summary>min(max(value, low), high) as <see cref="MathF"/> has them.</summary>
    static abstract TFloat Clamp(TFloat value, TFloat low, TFloat high);

    /// <summary>Adds floats that hold whole numbers.</summary>
    static abstract TInt32 AddWhole(TInt32 a, TFloat b);

    /// <summary>Loads 2 · <see cref="Count"/> signed bytes as 16-bit integers.</summary>
    static abstract TInt16 Widen(sbyte* source);

    /// <summary>a · b, modulo 2¹⁶.</summary>
    static abstract TInt16 Multiply(TInt16 a, TInt16 b);

    /// <summary>a + b, modulo 2¹⁶.</summary>
    static abstract TInt16 Add(TInt16 a, TInt16 b);

    static abstract TInt32 LoadInt32(int* source);

    static abstract void StoreInt32(TInt32 value, int* target);

    /// <summary>Adds the lower half of <paramref name="b"/>.</summary>
    static abstract TInt32 AddLower(TInt32 a, TInt16 b);

    /// <summary>Adds the upper half of <paramref name="b"/>.</summary>
    static abstract TInt32 AddUpper(TInt32 a, TInt16 b);

    /// <summary><see cref="Requantize.ToInt8"/> of 2 · <see cref="Count"/> sums.</summary>
    static abstract void RequantizeTo(sbyte* target, int* sums, float* scales, Int8Range range);
}

/// <summary>Bounds and zero point of INT8 outputs.</summary>
internal readonly struct Int8Range(int zeroPoint, int min, int max)
{
    /// <summary>Zero point.</summary>
    public readonly int ZeroPoint = zeroPoint;
    /// <summary>Lowest value less the zero point.</summary>
    public readonly float Low = min - zeroPoint;
    /// <summary>Highest value less the zero point.</summary>
    public readonly float High = max - zeroPoint;
}
