using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>What is nearest to the camera: the own car's bonnet and dashboard, the windscreen with its reflections, drops and wipers.</summary>
internal sealed class Foreground
{
    private readonly int _width, _height;
    private readonly bool _bonnet, _wiper;
    private readonly float _rise, _bend, _middle, _dash, _gloss, _reflection, _reflectionX, _reflectionY;
    private readonly int _drops;
    private readonly Vector3 _paint;
    private readonly SceneRandom _random;

    public Foreground(SceneRandom random, Atmosphere air, int width, int height)
    {
        (_width, _height) = (width, height);
        _bonnet = random.Chance(0.4f);
        _rise = random.Between(0.02f, 0.2f);
        _bend = random.Skewed(0, 0.9f, 2);
        _middle = width * random.Between(0.35f, 0.65f);
        _dash = random.Chance(0.4f) ? random.Between(0.1f, 0.6f) : 0;
        _gloss = random.Between(0, 0.6f);
        _paint = random.Chance(0.5f) ? Grey(random.Between(0.04f, 0.25f)) : Linear(random.Between(0.1f, 0.8f), random.Between(0.1f, 0.8f), random.Between(0.1f, 0.8f));
        _reflection = random.Chance(0.2f) ? random.Between(0.02f, 0.15f) : 0;
        (_reflectionX, _reflectionY) = (random.Between(0, 256), random.Between(0, 256));
        _drops = air.Rain > 0 && random.Chance(0.6f) ? random.Whole(5, 60) : 0;
        _wiper = random.Chance(air.Rain > 0 ? 0.25f : 0.03f);
        _random = random;
    }

    /// <summary>The row, in pixels, from which on the own car fills a column.</summary>
    public float Top(float x)
    {
        if (!_bonnet) return float.MaxValue;
        float off = (x - _middle) / _width * 2;
        return _height * (1 - _rise * (1 - _bend * off * off));
    }

    public void Paint(Canvas canvas, Atmosphere air)
    {
        if (_reflection > 0) Reflect(canvas, air);
        if (air.Rain > 0) Streaks(canvas, air);
        for (int i = 0; i < _drops; i++) Drop(canvas);
        if (_wiper) Wiper(canvas);
        if (_bonnet) Bonnet(canvas, air);
    }

    private void Bonnet(Canvas canvas, Atmosphere air)
    {
        Vector3 light = air.AmbientLight + air.SunLight * 0.4f;
        for (int x = 0; x < canvas.Width; x++)
        {
            float top = Top(x + 0.5f), deep = MathF.Max(canvas.Height - top, 1), dash = canvas.Height - _dash * deep;
            for (int y = Math.Max((int)top, 0); y < canvas.Height; y++)
            {
                int p = y * canvas.Width + x;
                float t = (y - top) / deep;
                float noise = NoiseTile.Smooth.Sample(x * 12f / canvas.Width + _reflectionX, y * 30f / canvas.Height + _reflectionY);
                Vector3 colour = y >= dash
                    ? light * 0.012f * (1 + 0.4f * noise)
                    : _paint * light * (1 - 0.5f * t) + air.SkyFoot * (_gloss * MathF.Max(0, 0.55f - t + 0.5f * noise));
                canvas.Pixels[p] = Mix(canvas.Pixels[p], colour, Math.Clamp(y + 1 - top, 0, 1));
                canvas.Ids[p] = Canvas.Scenery;
            }
        }
    }

    private void Reflect(Canvas canvas, Atmosphere air)
    {
        for (int y = 0; y < canvas.Height; y++)
        {
            float share = _reflection * Smooth((float)y / canvas.Height * 1.4f - 0.2f);
            for (int x = 0; x < canvas.Width; x++)
            {
                float noise = NoiseTile.Smooth.Sample(x * 6f / canvas.Width + _reflectionX, y * 5f / canvas.Height + _reflectionY);
                canvas.Pixels[y * canvas.Width + x] += air.SkyFoot * (share * MathF.Max(0, 0.4f + noise));
            }
        }
    }

    private void Streaks(Canvas canvas, Atmosphere air)
    {
        int count = (int)(air.Rain * 120);
        float lean = _random.Around(0.3f);
        Vector3 light = air.SkyFoot * 0.9f + air.AmbientLight * 0.2f;
        for (int i = 0; i < count; i++)
        {
            float x = _random.Between(0, canvas.Width), y = _random.Between(-0.1f, 1) * canvas.Height, length = _random.Between(0.02f, 0.12f) * canvas.Height, half = canvas.Width * 0.0012f;
            canvas.Fill([new(x - half, y), new(x + half, y), new(x + half + lean * length, y + length), new(x - half + lean * length, y + length)], new FlatPaint(light), _random.Between(0.08f, 0.35f), 0, Canvas.Nothing);
        }
    }

    private void Drop(Canvas canvas)
    {
        const int Corners = 8;
        float x = _random.Between(0, canvas.Width), y = _random.Between(0, canvas.Height), radius = _random.Skewed(0.004f, 0.025f, 2) * canvas.Width;
        // A drop shows the picture upside down: the sky's light from below, the road's from above.
        Vector3 sky = canvas.Pixels[Math.Max((int)(y * 0.4f), 0) * canvas.Width + (int)x];
        Span<Vector2> outline = stackalloc Vector2[Corners];
        for (int i = 0; i < Corners; i++) outline[i] = new Vector2(x + radius * Sin(i * (MathF.Tau / Corners)), y + radius * 1.2f * Cos(i * (MathF.Tau / Corners)));
        canvas.Fill(outline, new FlatPaint(sky * _random.Between(0.3f, 1)), _random.Between(0.2f, 0.7f), 0, Canvas.Nothing);
    }

    private void Wiper(Canvas canvas)
    {
        float x = _random.Between(-0.1f, 0.7f) * canvas.Width, toX = x + _random.Between(0.2f, 0.6f) * canvas.Width, toY = _random.Between(0.25f, 0.8f) * canvas.Height, half = canvas.Height * 0.012f;
        canvas.Fill([new(x, canvas.Height), new(x + half * 3, canvas.Height), new(toX + half, toY), new(toX, toY - half)], new FlatPaint(Grey(0.04f)), 0.95f, 0, Canvas.Scenery);
    }
}
