namespace EdgeKit.Imaging.Scenes;

/// <summary>A square of noise that repeats, made once and looked up everywhere.</summary>
internal sealed class NoiseTile
{
    private const int Bits = 8, Size = 1 << Bits, Mask = Size - 1;

    private readonly float[] _values = new float[Size * Size];

    /// <summary>Independent values with mean 0 and variance 1.</summary>
    public static NoiseTile White { get; } = MakeWhite();

    /// <summary>Clouds of all sizes from 1 to 16 cells, about -1 to 1.</summary>
    public static NoiseTile Smooth { get; } = MakeSmooth();

    /// <summary>The value of a cell.</summary>
    public float this[int x, int y] => _values[((y & Mask) << Bits) | (x & Mask)];

    /// <summary>The value of a cell, counted row by row without end.</summary>
    public float At(int index) => _values[index & (Size * Size - 1)];

    /// <summary>Bilinear between cells.</summary>
    public float Sample(float x, float y)
    {
        float floorX = MathF.Floor(x), floorY = MathF.Floor(y);
        float tx = x - floorX, ty = y - floorY;
        int x0 = (int)floorX & Mask, y0 = ((int)floorY & Mask) << Bits;
        int x1 = (x0 + 1) & Mask, y1 = (y0 + Size) & (Size * Size - 1);
        float[] values = _values;
        float top = values[y0 | x0] + (values[y0 | x1] - values[y0 | x0]) * tx;
        float bottom = values[y1 | x0] + (values[y1 | x1] - values[y1 | x0]) * tx;
        return top + (bottom - top) * ty;
    }

    private static NoiseTile MakeWhite()
    {
        var tile = new NoiseTile();
        for (int i = 0; i < tile._values.Length; i++)
        {
            ulong bits = SceneRandom.Mix((ulong)i + 1);
            // Four uniform values of 16 bits: near enough to a normal deviate.
            float sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
            tile._values[i] = (sum / 65535 - 2) * 1.7320508f;
        }
        return tile;
    }

    private static NoiseTile MakeSmooth()
    {
        var tile = new NoiseTile();
        for (int step = 16, octave = 1; step >= 1; step /= 2, octave++)
        {
            float weight = 0.6f * step / 16 + 0.05f;
            for (int y = 0; y < Size; y++)
            {
                for (int x = 0; x < Size; x++)
                {
                    float tx = SceneMath.Smooth((float)(x % step) / step), ty = SceneMath.Smooth((float)(y % step) / step);
                    float top = SceneMath.Mix(Corner(x, y), Corner(x + step, y), tx), bottom = SceneMath.Mix(Corner(x, y + step), Corner(x + step, y + step), tx);
                    tile._values[(y << Bits) | x] += weight * SceneMath.Mix(top, bottom, ty);
                }
            }

            float Corner(int x, int y)
            {
                ulong cell = (ulong)((((y & Mask) / step) << Bits) | ((x & Mask) / step));
                return (SceneRandom.Mix(cell + ((ulong)octave << 32)) >> 40) * (2f / (1 << 24)) - 1;
            }
        }
        return tile;
    }
}
