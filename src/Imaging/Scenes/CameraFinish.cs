using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>What the camera makes of the light: blur, vignetting, exposure, colour, noise, and eight bits.</summary>
internal sealed class CameraFinish
{
    private const int CurveBits = 12;

    private readonly float _blur, _sharpen, _motion, _vignette, _brightness, _contrast, _black, _saturation, _noise, _chromaNoise, _chromaBlur;
    private readonly float? _fixedGain;
    private readonly bool _vertical;
    private readonly int _noiseOrigin;
    private readonly Vector3 _balance = Vector3.One;

    public CameraFinish(SceneRandom random, bool imperfections, Atmosphere air)
    {
        bool night = air.Night;
        _brightness = night ? random.Between(0.1f, 0.3f) : random.Chance(0.7f) ? random.Between(0.36f, 0.56f) : random.Between(0.22f, 0.7f);
        _saturation = 1;
        if (!imperfections)
        {
            float white = air.AmbientLight.Y + air.SunLight.Y;
            _fixedGain = 0.8f / white;
            return;
        }
        _blur = random.Chance(0.5f) ? random.Skewed(0, 0.5f, 2) : 0;
        _sharpen = random.Chance(0.3f) ? random.Between(0.1f, 0.9f) : 0;
        _motion = random.Chance(0.2f) ? random.Between(0.2f, 0.5f) : 0;
        _vertical = random.Chance(0.6f);
        _vignette = random.Chance(0.5f) ? random.Skewed(0, 0.7f, 2) : 0;
        _contrast = random.Between(-0.25f, 0.6f);
        _black = random.Chance(0.3f) ? random.Between(-0.04f, 0.12f) : 0;
        _saturation = random.Chance(0.1f) ? random.Between(0, 0.4f) : random.Between(0.5f, 1.4f);
        _noise = random.Skewed(0, night ? 0.06f : 0.035f, 3);
        _chromaNoise = _noise * random.Between(0, 0.8f);
        _chromaBlur = random.Chance(0.5f) ? random.Unit() : 0;
        _noiseOrigin = random.Whole(0, 65535);
        _balance = new Vector3(1 + random.Around(0.22f), 1 + random.Around(0.06f), 1 + random.Around(0.22f));
    }

    public Frame Develop(Canvas canvas)
    {
        if (_blur > 0) Filter(canvas, _blur, _blur);
        if (_motion > 0) Filter(canvas, _vertical ? 0 : _motion, _vertical ? _motion : 0);
        if (_sharpen > 0) Filter(canvas, -_sharpen / 4, -_sharpen / 4);
        int width = canvas.Width, height = canvas.Height;
        var frame = new Frame(width, height);
        float gain = _fixedGain ?? Gain(canvas);
        byte[] curve = Curve();
        float centreX = width / 2f, centreY = height / 2f, corner = 1 / (centreX * centreX + centreY * centreY);
        Vector3 carried = default;
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = frame.Row(y);
            ReadOnlySpan<Vector3> pixels = canvas.Pixels.AsSpan(y * width, width);
            int noise = SceneNoiseRow(y);
            for (int x = 0; x < width; x++)
            {
                Vector3 light = Vector3.Max(pixels[x], Vector3.Zero) * _balance * gain;
                if (_vignette > 0)
                {
                    float dx = x - centreX, dy = y - centreY;
                    light *= 1 - _vignette * (dx * dx + dy * dy) * corner;
                }
                light = Vector3.SquareRoot(light);
                float grey = 0.3f * light.X + 0.59f * light.Y + 0.11f * light.Z;
                Vector3 chroma = (light - new Vector3(grey)) * _saturation;
                if (_chromaBlur > 0)
                {
                    chroma = Mix(chroma, carried, _chromaBlur * 0.6f);
                    carried = chroma;
                }
                if (_noise > 0)
                {
                    grey += _noise * NoiseTile.White.At(noise + x);
                    chroma += new Vector3(NoiseTile.White.At(noise + x + 9973), 0, NoiseTile.White.At(noise + x + 31337)) * _chromaNoise;
                }
                row[x * 3] = curve[Index(grey + chroma.X)];
                row[x * 3 + 1] = curve[Index(grey + chroma.Y)];
                row[x * 3 + 2] = curve[Index(grey + chroma.Z)];
            }
        }
        return frame;
    }

    private int SceneNoiseRow(int y) => (int)(SceneRandom.Mix((ulong)(_noiseOrigin + y)) & 0xFFFF);

    private static int Index(float value) => (int)Math.Clamp(value * ((1 << CurveBits) - 1), 0, (1 << CurveBits) - 1);

    /// <summary>The gain that gives the picture its mean brightness, as automatic exposure does.</summary>
    private float Gain(Canvas canvas)
    {
        float sum = 0;
        int count = 0;
        ReadOnlySpan<Vector3> pixels = canvas.Pixels.AsSpan(0, canvas.Width * canvas.Height);
        for (int i = 0; i < pixels.Length; i += 7)
        {
            sum += MathF.Sqrt(MathF.Max(MathF.Min(pixels[i].Y, 1.5f), 0));
            count++;
        }
        float gain = _brightness / MathF.Max(sum / count, 1e-3f);
        return Math.Clamp(gain * gain, 0.02f, 60);
    }

    /// <summary>From the display's signal, 0 to 1, to bytes: contrast and the level of black.</summary>
    private byte[] Curve()
    {
        byte[] curve = new byte[1 << CurveBits];
        for (int i = 0; i < curve.Length; i++)
        {
            float v = i / (float)(curve.Length - 1);
            v = Mix(v, Smooth(v), _contrast);
            v = _black + v * (1 - _black);
            curve[i] = (byte)(Math.Clamp(v, 0, 1) * 255 + 0.5f);
        }
        return curve;
    }

    /// <summary>Three taps along rows and columns; a negative side weight sharpens.</summary>
    private static void Filter(Canvas canvas, float sideX, float sideY)
    {
        int width = canvas.Width, height = canvas.Height;
        if (sideX != 0)
        {
            for (int y = 0; y < height; y++)
            {
                Span<Vector3> row = canvas.Pixels.AsSpan(y * width, width);
                float scale = 1 / (1 + 2 * sideX);
                Vector3 last = row[0];
                for (int x = 0; x < width; x++)
                {
                    Vector3 here = row[x], next = row[Math.Min(x + 1, width - 1)];
                    row[x] = (here + (last + next) * sideX) * scale;
                    last = here;
                }
            }
        }
        if (sideY == 0) return;
        float scaleY = 1 / (1 + 2 * sideY);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<Vector3> above = canvas.Pixels.AsSpan(Math.Max(y - 1, 0) * width, width), here = canvas.Pixels.AsSpan(y * width, width);
            ReadOnlySpan<Vector3> below = canvas.Pixels.AsSpan(Math.Min(y + 1, height - 1) * width, width);
            Span<Vector3> result = canvas.Spare.AsSpan(y * width, width);
            for (int x = 0; x < width; x++) result[x] = (here[x] + (above[x] + below[x]) * sideY) * scaleY;
        }
        canvas.Swap();
    }
}
