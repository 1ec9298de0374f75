namespace EdgeKit.Testing.Operators;

/// <summary>Numbers from a seed, the same on every machine and .NET version (SplitMix64), so that golden outputs need no stored inputs.</summary>
public sealed class SeededValues(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A seed from a text (FNV-1a).</summary>
    public static ulong SeedOf(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text) hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    /// <summary>Evenly distributed in [low, high), on a grid of 2^-20 of the span so that no rounding depends on the machine.</summary>
    public float Float(float low, float high) => low + (high - low) * (Next() >> 44) / (1 << 20);

    /// <summary>Evenly distributed from low to high, both included.</summary>
    public int Int(int low, int high) => low + (int)((Next() >> 32) % (ulong)(high - low + 1));

    /// <summary>A float tensor.</summary>
    public Onnx.Tensor Floats(float low, float high, params int[] shape) => Fill(() => Float(low, high), shape);

    /// <summary>A tensor of integers of one type.</summary>
    public Onnx.Tensor Ints<T>(int low, int high, params int[] shape) where T : unmanaged, System.Numerics.INumberBase<T> =>
        Fill(() => T.CreateChecked(Int(low, high)), shape);

    /// <summary>A tensor of true and false.</summary>
    public Onnx.Tensor Bools(params int[] shape) => Fill(() => Int(0, 1) == 1, shape);

    private static Onnx.Tensor Fill<T>(Func<T> next, int[] shape) where T : unmanaged
    {
        T[] data = new T[Onnx.Tensor.ElementCount(shape)];
        for (int i = 0; i < data.Length; i++) data[i] = next();
        return Onnx.Tensor.Of(data, shape);
    }

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
