using System.Runtime.InteropServices;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Paint on the road that is no lane line: arrows, letters, crosswalks, stop lines, hatching.</summary>
internal sealed class RoadMarks
{
    private readonly List<Mark> _marks = [];

    public RoadMarks(SceneRandom random, Road road)
    {
        if (random.Chance(0.55f)) return;
        float left = road.Left.Offset, right = road.Right.Offset, lane = road.LaneWidth;
        int count = random.Whole(1, 5);
        for (int i = 0; i < count; i++)
        {
            float z = random.Skewed(2, 60, 2), across = random.Whole(-1, 1) * lane + random.Around(0.2f);
            if (across < left + 1 || across > right - 1) across = random.Around(0.3f);
            float strength = random.Between(0.4f, 1);
            switch (random.Unit())
            {
                case < 0.4f:
                    _marks.Add(new Mark(MarkKind.Arrow, across, z, random.Between(0.5f, 1.1f), random.Between(3, 6), random.Bits(), strength));
                    break;
                case < 0.62f:
                    _marks.Add(new Mark(MarkKind.Letters, across, z, random.Between(0.7f, 1.3f), random.Between(1.5f, 4), random.Bits(), strength));
                    break;
                case < 0.76f when road.Setting != RoadSetting.Highway:
                    _marks.Add(new Mark(MarkKind.Crosswalk, (left + right) / 2, z, (right - left) / 2, random.Between(2.5f, 4), random.Bits(), strength));
                    break;
                case < 0.88f when road.Setting != RoadSetting.Highway:
                    _marks.Add(new Mark(MarkKind.Bar, across, z, lane / 2 - 0.1f, random.Between(0.2f, 0.6f), random.Bits(), strength));
                    break;
                default:
                    _marks.Add(new Mark(MarkKind.Chevrons, random.Chance(0.5f) ? right : left, z, random.Between(0.6f, 1.5f), random.Between(8, 30), random.Bits(), strength));
                    break;
            }
        }
    }

    /// <summary>Share of a pixel that is painted.</summary>
    public float Cover(in GroundPoint point, float foot, float length)
    {
        float cover = 0;
        foreach (ref readonly Mark mark in CollectionsMarshal.AsSpan(_marks))
        {
            float x = point.Across - mark.Across, z = point.Z - mark.Start;
            if (z < -length || z > mark.Length + length || MathF.Abs(x) > mark.Half + foot) continue;
            float inside = Band(x, mark.Half, foot) * Band(z - mark.Length / 2, mark.Length / 2, length);
            cover = MathF.Max(cover, inside * mark.Strength * mark.Kind switch
            {
                MarkKind.Arrow => Arrow(mark, x, z, foot),
                MarkKind.Letters => Letters(mark, x, z, foot),
                MarkKind.Crosswalk => Bars(x, foot, 0.5f, 1),
                MarkKind.Chevrons => Bars(z + MathF.Abs(x) * 1.2f, length + foot, 0.5f, 2),
                _ => 1,
            });
        }
        return cover;
    }

    /// <summary>A shaft with a head, or with one to a side.</summary>
    private static float Arrow(in Mark mark, float x, float z, float foot)
    {
        float head = mark.Length * 0.6f, turned = (mark.Shape & 3) switch { 0 => -0.5f, 1 => 0.5f, _ => 0 } * mark.Half;
        float shaft = z < mark.Length * 0.75f ? Band(x, mark.Half * 0.16f, foot) : 0;
        float width = z > head ? mark.Half * 0.75f * (mark.Length - z) / (mark.Length - head) : 0;
        return MathF.Max(shaft, width > 0 ? Band(x - turned, width, foot) : 0);
    }

    /// <summary>Strokes of letters: cells of a grid that a hash fills, three to five letters of 3 x 5.</summary>
    private static float Letters(in Mark mark, float x, float z, float foot)
    {
        int columns = 12, column = (int)((x + mark.Half) / (2 * mark.Half) * columns), row = (int)(z / mark.Length * 5);
        if (column is < 0 or > 11 || row is < 0 or > 4 || column % 4 == 3) return 0;
        float drawn = (mark.Shape >> (column / 4 * 15 + column % 4 * 5 + row)) & 1;
        float cell = 2 * mark.Half / columns;
        return foot > cell ? Mix(drawn, 0.4f, MathF.Min(1, foot / cell - 1)) : drawn;
    }

    private enum MarkKind
    {
        Arrow,
        Letters,
        Crosswalk,
        Bar,
        Chevrons,
    }

    private readonly record struct Mark(MarkKind Kind, float Across, float Start, float Half, float Length, ulong Shape, float Strength);
}
