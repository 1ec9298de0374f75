using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Shadows that lie on the road: of trees, of bridges, of walls and buildings beside it, of poles and wires across it.</summary>
internal sealed class GroundShadows
{
    private readonly Shadow[] _shadows = [];

    public GroundShadows(SceneRandom random, Road road)
    {
        if (random.Chance(0.4f)) return;
        float left = road.Left.Offset, right = road.Right.Offset;
        int count = random.Whole(1, 4);
        _shadows = new Shadow[count];
        for (int i = 0; i < count; i++)
        {
            float start = random.Skewed(0, 80, 2), skew = random.Around(1.2f), deep = random.Between(0.5f, 1), origin = random.Between(0, 256), cell = random.Between(0.25f, 1.6f);
            _shadows[i] = random.Unit() switch
            {
                < 0.4f => new(ShadowKind.Leaves, start, start + random.Between(5, 90), skew, random.Chance(0.4f) ? right + 9 : random.Between(left - 2, right), random.Chance(0.4f), deep, cell, random.Around(0.4f), origin),
                < 0.55f => new(ShadowKind.Block, start + 4, start + 4 + random.Between(2, 30), skew, -1000, true, deep, cell, 0, origin),
                < 0.8f => new(ShadowKind.Beside, -10, random.Between(30, 500), skew, random.Between(left, right), random.Chance(0.5f), deep, random.Between(1, 8), random.Between(0, 2.5f), origin),
                _ => new(ShadowKind.Poles, start + 2, start + random.Between(6, 60), skew, -1000, true, deep, random.Between(3, 20), random.Between(0.08f, 0.4f), origin),
            };
        }
    }

    /// <summary>Share of the sun that is kept away.</summary>
    public float At(in GroundPoint point, float foot, float length)
    {
        float shade = 0;
        foreach (ref readonly Shadow shadow in _shadows.AsSpan())
        {
            float z = point.Z + shadow.Skew * point.Across;
            if (z < shadow.Start - length || z > shadow.End + length) continue;
            float side = shadow.RightOf ? point.Across - shadow.Limit : shadow.Limit - point.Across;
            float inside = Beyond(z - shadow.Start, length + 0.1f) * Beyond(shadow.End - z, length + 0.1f);
            float value = inside * shadow.Deep * shadow.Kind switch
            {
                ShadowKind.Leaves => Leaves(shadow, point, side, foot, length),
                ShadowKind.Beside => Beyond(side - Teeth(shadow, z), foot + 0.15f),
                ShadowKind.Poles => Bars(z, length + 0.05f, shadow.Detail, shadow.Cell),
                _ => 1,
            };
            shade = MathF.Max(shade, value);
        }
        return shade;
    }

    private static float Leaves(in Shadow shadow, in GroundPoint point, float side, float foot, float length)
    {
        float noise = NoiseTile.Smooth.Sample(point.Across * 3 / shadow.Cell + shadow.Origin, point.Z * 2 / shadow.Cell + shadow.Origin);
        float sharp = 4 / (1 + (foot * 3 + length * 1.5f) / shadow.Cell);
        return Smooth(0.5f + (noise + shadow.Detail) * sharp) * Smooth(side + 0.5f);
    }

    /// <summary>The outline of roofs or treetops: steps or bumps along the road.</summary>
    private static float Teeth(in Shadow shadow, float z) => shadow.Detail * NoiseTile.Smooth.Sample(z / shadow.Cell + shadow.Origin, shadow.Origin);

    private enum ShadowKind
    {
        Leaves,
        Block,
        Beside,
        Poles,
    }

    private readonly record struct Shadow(
        ShadowKind Kind, float Start, float End, float Skew, float Limit, bool RightOf, float Deep, float Cell, float Detail, float Origin);
}
