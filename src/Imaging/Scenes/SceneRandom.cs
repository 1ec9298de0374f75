namespace EdgeKit.Imaging.Scenes;

/// <summary>
/// A seeded generator whose numbers are the same on every machine (SplitMix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators",
/// 2014). Every aspect of a scene draws from a stream of its own, so that leaving one out does not change another.
/// </summary>
internal sealed class SceneRandom(ulong seed, SceneStream stream)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(Mix(seed + Gamma) ^ ((ulong)stream * Gamma));

    /// <summary>The next 64 random bits.</summary>
    public ulong Bits() => Mix(_state += Gamma);

    /// <summary>Uniform in [0, 1).</summary>
    public float Unit() => (Bits() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [low, high).</summary>
    public float Between(float low, float high) => low + (high - low) * Unit();

    /// <summary>Between low and high with more weight near low; a higher power gives more.</summary>
    public float Skewed(float low, float high, int power)
    {
        float unit = Unit(), share = unit;
        for (int i = 1; i < power; i++) share *= unit;
        return low + (high - low) * share;
    }

    /// <summary>Between -extent and extent, with more weight near 0.</summary>
    public float Around(float extent) => extent * (Unit() + Unit() - 1);

    /// <summary>A whole number from low to high, both included.</summary>
    public int Whole(int low, int high) => low + (int)(Unit() * (high - low + 1));

    /// <summary>True with the given probability.</summary>
    public bool Chance(float probability) => Unit() < probability;

    /// <summary>One of the choices, all equally likely.</summary>
    public T Pick<T>(ReadOnlySpan<T> choices) => choices[Whole(0, choices.Length - 1)];

    /// <summary>The finisher of the generator, also a hash of 64 bits.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What a stream of random numbers decides.</summary>
internal enum SceneStream
{
    Camera = 1,
    Alignment,
    Road,
    Marks,
    Surface,
    Paint,
    Shadows,
    Atmosphere,
    Backdrop,
    Surroundings,
    Traffic,
    Foreground,
    Finish,
}
