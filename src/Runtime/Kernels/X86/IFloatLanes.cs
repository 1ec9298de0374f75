namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>The instructions of a float kernel.</summary>
/// <typeparam name="TVector">A vector of <see cref="Columns"/> floats.</typeparam>
internal unsafe interface IFloatLanes<TVector>
{
    /// <summary>Output channels of a vector.</summary>
    static abstract int Columns { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* target);

    static abstract TVector Broadcast(float* source);

    /// <summary>x · w + sum with one rounding.</summary>
    static abstract TVector MultiplyAdd(TVector x, TVector w, TVector sum);

    /// <summary>min(max(value, low), high); NaN stays.</summary>
    static abstract TVector Clamp(TVector value, float low, float high);
}
