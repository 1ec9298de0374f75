using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>What lies beyond the ground: sky with clouds, and layers of hills, trees or roofs in front of it.</summary>
internal sealed class Backdrop
{
    private const int Columns = 1024;
    private const float Widest = 3;

    private readonly Atmosphere _air;
    private readonly Layer[] _layers;
    private readonly float _clouds, _cloudSize, _cloudX, _cloudY, _horizon, _glow;
    private readonly Vector3 _cloudColour;

    public Backdrop(SceneRandom random, Atmosphere air, Road road, float horizon)
    {
        _air = air;
        _horizon = MathF.Max(horizon, -0.05f);
        _clouds = random.Chance(0.6f) ? random.Between(0.2f, 1) : 0;
        _cloudSize = random.Between(3, 14);
        (_cloudX, _cloudY) = (random.Between(0, 256), random.Between(0, 256));
        _cloudColour = Mix(air.SkyFoot, (air.AmbientLight + air.SunLight) * random.Between(0.6f, 1.1f), 0.6f);
        _glow = air.Night ? 0 : random.Between(0, 0.6f);
        var layers = new List<Layer>();
        if (random.Chance(0.4f)) layers.Add(Layer.Hills(random, air, 0.12f, 2000));
        if (random.Chance(0.5f)) layers.Add(Layer.Hills(random, air, 0.2f, 700));
        if (road.Setting == RoadSetting.Urban || random.Chance(0.15f)) layers.Add(Layer.Roofs(random, air));
        if (random.Chance(0.8f)) layers.Add(Layer.Trees(random, air));
        _layers = [.. layers];
    }

    /// <summary>The light from a direction above the ground.</summary>
    /// <param name="slope">Rise per metre ahead.</param>
    /// <param name="aside">Metres to the right per metre ahead.</param>
    /// <param name="pixel">Change of slope from pixel to pixel.</param>
    public Vector3 At(float slope, float aside, float pixel)
    {
        Vector3 light = default;
        float open = 1, above = slope - _horizon;
        for (int i = _layers.Length - 1; i >= 0 && open > 0.01f; i--)
        {
            float cover = open * Beyond(_layers[i].Height(aside) - above, pixel * 1.5f);
            if (cover <= 0) continue;
            light += _layers[i].Colour(above, aside) * cover;
            open -= cover;
        }
        return open > 0.01f ? light + Sky(above, aside) * open : light;
    }

    private Vector3 Sky(float above, float aside)
    {
        float up = MathF.Max(above, 0), t = up / (up + 0.35f) * 1.6f;
        Vector3 sky = Mix(_air.SkyFoot, _air.Zenith, MathF.Min(t, 1));
        if (_clouds > 0)
        {
            float scale = _cloudSize / (up + 0.15f);
            float noise = NoiseTile.Smooth.Sample(aside * scale + _cloudX, scale * 1.5f + _cloudY) * 0.7f + 0.3f * NoiseTile.Smooth.Sample(aside * scale * 3 + _cloudY, scale * 5 + _cloudX);
            sky = Mix(sky, _cloudColour * (1 + 0.4f * noise), Smooth(noise * 1.5f + _clouds - 0.4f) * MathF.Min(up * 8, 1));
        }
        if (_glow > 0)
        {
            Vector3 sun = _air.SunDirection;
            float dot = (aside * sun.X + above * sun.Y + sun.Z) / MathF.Sqrt(aside * aside + above * above + 1);
            if (dot > 0.6f)
            {
                float near = (dot - 0.6f) / 0.4f;
                near *= near;
                sky += _air.SunLight * (_glow * near * near);
            }
        }
        return sky;
    }

    /// <summary>A silhouette around the horizon.</summary>
    private sealed class Layer
    {
        private readonly float[] _heights = new float[Columns];
        private Vector3 _top, _foot;
        private float _texture, _scale, _tallest, _litWindows;

        public static Layer Hills(SceneRandom random, Atmosphere air, float tallest, float distance)
        {
            var layer = new Layer { _tallest = random.Between(0.03f, tallest), _texture = random.Between(0, 0.35f), _scale = random.Between(20, 90) };
            layer.Paint(air, Land(random), random.Between(0.6f, 1), distance);
            float frequency = random.Between(1, 5), origin = random.Between(0, 256), base_ = random.Between(-0.2f, 0.7f);
            // Open in the middle more often than not: roads run through valleys.
            float valley = random.Chance(0.6f) ? random.Between(0.2f, 0.9f) : 0;
            layer.Shape(aside => base_ + NoiseTile.Smooth.Sample(aside * frequency + origin, origin) + valley * (MathF.Min(MathF.Abs(aside), 1) - 0.6f));
            return layer;
        }

        public static Layer Trees(SceneRandom random, Atmosphere air)
        {
            var layer = new Layer { _tallest = random.Between(0.02f, 0.16f), _texture = random.Between(0.2f, 0.8f), _scale = random.Between(60, 160) };
            layer.Paint(air, Linear(random.Between(0.08f, 0.38f), random.Between(0.15f, 0.42f), random.Between(0.06f, 0.28f)), random.Between(0.3f, 0.9f), random.Between(60, 300));
            float coarse = random.Between(2, 8), fine = random.Between(15, 40), origin = random.Between(0, 256), dense = random.Between(-0.2f, 0.8f), valley = random.Between(0, 1);
            layer.Shape(aside => dense + 0.8f * NoiseTile.Smooth.Sample(aside * coarse + origin, origin) + 0.5f * NoiseTile.Smooth.Sample(aside * fine, origin + 9) + valley * (MathF.Min(MathF.Abs(aside), 1) - 0.4f));
            return layer;
        }

        public static Layer Roofs(SceneRandom random, Atmosphere air)
        {
            var layer = new Layer { _tallest = random.Between(0.06f, 0.5f), _texture = random.Between(0, 0.2f), _scale = random.Between(20, 60), _litWindows = air.Night ? random.Between(0.05f, 0.6f) : 0 };
            layer.Paint(air, Grey(random.Between(0.25f, 0.75f), random.Around(0.15f)), 1, random.Between(80, 400));
            float houses = random.Between(6, 30), valley = random.Between(0, 1), dense = random.Between(-0.4f, 0.6f);
            ulong hash = random.Bits();
            layer.Shape(aside =>
            {
                ulong bits = SceneRandom.Mix(hash + (ulong)(int)MathF.Floor(aside * houses + 200));
                return (bits & 1023) / 1023f + dense + valley * (MathF.Min(MathF.Abs(aside), 1) - 0.4f);
            });
            return layer;
        }

        public float Height(float aside) => _heights[Math.Clamp((int)((aside + Widest) * (Columns / (2 * Widest))), 0, Columns - 1)];

        public Vector3 Colour(float above, float aside)
        {
            float noise = NoiseTile.Smooth.Sample(aside * _scale, above * _scale);
            Vector3 colour = Mix(_foot, _top, Math.Clamp(above / _tallest, 0, 1)) * (1 + _texture * noise);
            if (_litWindows > 0 && NoiseTile.White[(int)((aside + 4) * 90), (int)(above * 90 + 100)] > 2.2f - _litWindows) colour += new Vector3(0.5f, 0.4f, 0.2f) * _litWindows;
            return colour;
        }

        private void Paint(Atmosphere air, Vector3 albedo, float footShade, float distance)
        {
            Vector3 lit = albedo * (air.AmbientLight + air.SunLight * 0.6f);
            _top = air.Through(lit, distance);
            _foot = air.Through(lit * footShade, distance);
        }

        private void Shape(Func<float, float> height)
        {
            for (int i = 0; i < Columns; i++) _heights[i] = _tallest * MathF.Max(0, height((i + 0.5f) * (2 * Widest / Columns) - Widest));
        }

        private static Vector3 Land(SceneRandom random) => random.Chance(0.5f)
            ? Linear(random.Between(0.2f, 0.45f), random.Between(0.28f, 0.5f), random.Between(0.15f, 0.45f))
            : Linear(random.Between(0.5f, 0.78f), random.Between(0.42f, 0.66f), random.Between(0.3f, 0.5f));
    }
}
