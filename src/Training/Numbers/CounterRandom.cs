using System.Numerics;

namespace EdgeKit.Training;

/// <summary>
/// Pseudo-random numbers that are a function of a key and a count (SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
/// The key is made from a seed and what the numbers are for, such as a step and a sample, so that a training that goes on later, or prepares its samples in
/// another order, draws the same numbers.
/// </summary>
public struct CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly ulong _key;
    private ulong _count;

    private CounterRandom(ulong key) => _key = key;

    /// <summary>Numbers for one use.</summary>
    /// <param name="seed">The seed of the whole training.</param>
    /// <param name="use">What the numbers are for: each list of numbers has its own stream.</param>
    public static CounterRandom Of(long seed, params ReadOnlySpan<long> use)
    {
        ulong key = Mix((ulong)seed + Golden);
        foreach (long part in use) key = Mix(BitOperations.RotateLeft(key, 23) ^ ((ulong)part * Golden));
        return new CounterRandom(key);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits() => Mix(_key + ++_count * Golden);

    /// <summary>A number from 0 to below 1.</summary>
    public float NextSingle() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public float NextSingle(float low, float high) => low + (high - low) * NextSingle();

    /// <summary>A whole number from 0 to below <paramref name="count"/>.</summary>
    public int Next(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    /// <summary>A number of the standard normal distribution (Box and Muller, 1958).</summary>
    public float NextGaussian()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - (double)NextSingle()));
        return (float)(radius * Math.Cos(2 * Math.PI * NextSingle()));
    }

    /// <summary>A number of the distribution Beta(<paramref name="shape"/>, <paramref name="shape"/>) (Jöhnk, 1964).</summary>
    /// <param name="shape">Over 0 and at most 1, where the method rejects less than half of its tries.</param>
    public float NextBeta(float shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shape);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape, 1);
        while (true)
        {
            double x = Math.Pow(NextSingle(), 1 / shape), y = Math.Pow(NextSingle(), 1 / shape);
            if (x + y is > 0 and <= 1) return (float)(x / (x + y));
        }
    }

    /// <summary>A random order of 0 to <paramref name="count"/> - 1 (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = Next(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
