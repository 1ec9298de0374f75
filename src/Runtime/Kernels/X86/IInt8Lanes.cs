namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>The instructions of an INT8 GEMM kernel: <see cref="Columns"/> sums a vector, each step multiplying <see cref="Unit"/> consecutive channels of a row and adding them up.</summary>
/// <typeparam name="TVector">A vector of <see cref="Columns"/> 32-bit integers.</typeparam>
internal unsafe interface IInt8Lanes<TVector>
{
    /// <summary>Output channels of a vector.</summary>
    static abstract int Columns { get; }

    /// <summary>Channels a step multiplies: as many as fit 4 bytes in the form that <see cref="Convert"/> gives them.</summary>
    static abstract int Unit { get; }

    /// <summary>What <see cref="Convert"/> adds to a code; the bias takes it back.</summary>
    static abstract int Offset { get; }

    static abstract TVector Load(int* source);

    static abstract void Store(TVector sums, int* target);

    /// <summary>The weights of a step: <see cref="Unit"/> of each column.</summary>
    static abstract TVector Weights(sbyte* source);

    /// <summary>The 4 bytes of a step for every column.</summary>
    static abstract TVector Broadcast(byte* source);

    /// <summary>sums + Σ x · w over the unit, exact.</summary>
    static abstract TVector MultiplyAdd(TVector sums, TVector x, TVector w);

    /// <summary>Brings codes into the form that is multiplied, whole vectors at a time: reads and writes up to 64 bytes too many.</summary>
    static abstract void Convert(sbyte* source, byte* target, nint count);

    /// <summary><see cref="Requantize.ToInt8"/> of the sums of two panels; the columns of the second may lie anywhere.</summary>
    static abstract void Requantize(TVector sums0, TVector sums1, float* scales0, float* scales1, in Int8Bounds bounds, sbyte* target0, sbyte* target1);

    /// <summary>As the other form, for one panel.</summary>
    static abstract void Requantize(TVector sums, float* scales, in Int8Bounds bounds, sbyte* target);
}
