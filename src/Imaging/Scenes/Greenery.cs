using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Leaves: light and dark clumps with holes, lighter at the top.</summary>
internal readonly record struct LeafPaint(Vector3 Light, Vector3 Dark, float Top, float Height, float Scale, float Origin, float Holes) : IPaint
{
    public Vector3 At(int x, int y, Vector3 below)
    {
        float noise = NoiseTile.Smooth.Sample(x * Scale + Origin, y * Scale + Origin) + 0.25f * NoiseTile.White[x + (int)Origin, y];
        if (noise > Holes) return below;
        return Mix(Dark, Light, Math.Clamp(0.75f - (y - Top) / Height + noise, 0, 1));
    }
}

/// <summary>A tree or bush: a trunk, and leaves or bare branches.</summary>
internal sealed class Tree : Prop
{
    private readonly Vector3 _foot, _leaf, _bark;
    private readonly float _height, _radius, _trunk, _origin, _holes;
    private readonly bool _bare, _conifer, _palm;
    private readonly ulong _shape;

    public Tree(SceneRandom random, RoadPoint road, float across, bool bare, float tallest)
    {
        _foot = road.Beside(across);
        _height = random.Between(0.35f, 1) * tallest;
        _radius = _height * random.Between(0.2f, 0.45f);
        _trunk = random.Between(0.1f, 0.35f) * _height;
        _bare = bare;
        _conifer = random.Chance(0.15f);
        _palm = !_conifer && random.Chance(0.06f);
        _leaf = random.Chance(0.9f)
            ? Linear(random.Between(0.15f, 0.42f), random.Between(0.25f, 0.52f), random.Between(0.08f, 0.3f))
            : Linear(random.Between(0.5f, 0.8f), random.Between(0.3f, 0.6f), random.Between(0.1f, 0.25f));
        _bark = Linear(random.Between(0.18f, 0.4f), random.Between(0.15f, 0.34f), random.Between(0.12f, 0.3f));
        _origin = random.Between(0, 256);
        _holes = random.Between(0.45f, 1.2f);
        _shape = random.Bits();
    }

    public override void Paint(Painter painter)
    {
        float thick = MathF.Max(_height * 0.02f, 0.06f), top = _palm ? _height : _trunk + _radius * 0.6f;
        painter.Face([At(-thick, 0), At(thick, 0), At(thick * 0.7f, top), At(-thick * 0.7f, top)], _bark);
        if (_bare) Branches(painter, 0, top * 0.8f, 0, _height * 0.35f, 4);
        else Crown(painter);
    }

    private void Crown(Painter painter)
    {
        const int Corners = 14;
        Span<Vector3> outline = stackalloc Vector3[Corners];
        float centre = (_trunk + _height) / 2, half = (_height - _trunk) / 2, radius = _radius;
        if (_palm) (centre, half, radius) = (_height, _height * 0.12f, _height * 0.2f);
        for (int i = 0; i < Corners; i++)
        {
            float angle = i * (MathF.Tau / Corners), jitter = 0.78f + 0.22f * ((_shape >> (i * 4)) & 15) / 15f;
            float up = Cos(angle), wide = _conifer ? Sin(angle) * (1 - up) * 0.6f : Sin(angle);
            outline[i] = At(wide * radius * jitter, centre + up * half * jitter);
        }
        if (!painter.Camera.Project(At(0, _height), out Vector2 top)) return;
        float height = MathF.Max((_height - _trunk) * painter.Camera.Focal / MathF.Max(Z, 1), 1), cell = 0.35f * painter.Camera.Focal / MathF.Max(Z, 1);
        Vector3 light = painter.Air.Shade(_leaf, Unit(new Vector3(0, 0.8f, -0.6f)), _foot), dark = painter.Air.Through(_leaf * painter.Air.AmbientLight * 0.35f, Z);
        painter.Emit(outline, new LeafPaint(light, dark, top.Y, height, MathF.Min(1 / cell, 1.5f), _origin, _holes));
    }

    private void Branches(Painter painter, float x, float y, float tilt, float length, int depth)
    {
        for (int i = 0; i < 3; i++)
        {
            float turn = tilt + (i - 1) * 0.55f + (((_shape >> (depth * 9 + i * 3)) & 7) / 7f - 0.5f) * 0.4f, thick = 0.012f * length * depth;
            float toX = x + Sin(turn) * length, toY = y + Cos(turn) * length;
            painter.Face([At(x - thick, y), At(x + thick, y), At(toX + thick * 0.5f, toY), At(toX - thick * 0.5f, toY)], _bark);
            if (depth > 2) Branches(painter, toX, toY, turn, length * 0.62f, depth - 1);
        }
    }

    private Vector3 At(float x, float y) => _foot + new Vector3(x, y, 0);
}
