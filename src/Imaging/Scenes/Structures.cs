using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>A wall with windows, seen in perspective.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Corner">A corner of the wall on the ground.</param>
/// <param name="Along">Unit vector along the wall; it stands upright.</param>
/// <param name="Normal">Unit normal of the wall.</param>
/// <param name="Wall">Light from the wall.</param>
/// <param name="Pane">Light from a window.</param>
/// <param name="Lamp">Light from a window with a lamp behind it.</param>
/// <param name="Column">Width of a column of windows in metres.</param>
/// <param name="Storey">Height of a storey in metres.</param>
/// <param name="Share">Share of both that the window takes.</param>
/// <param name="Hash">Chooses which windows are lit.</param>
internal readonly record struct WindowPaint(
    Camera Camera, Vector3 Corner, Vector3 Along, Vector3 Normal, Vector3 Wall, Vector3 Pane, Vector3 Lamp, float Column, float Storey, float Share, uint Hash) : IPaint
{
    public Vector3 At(int x, int y, Vector3 below)
    {
        Vector3 ray = Camera.Ray(x + 0.5f, y + 0.5f);
        float facing = Dot(ray, Normal);
        if (MathF.Abs(facing) < 1e-5f) return Wall;
        float distance = Dot(Corner - Camera.Position, Normal) / facing;
        Vector3 point = Camera.Position + ray * distance - Corner;
        float s = Dot(point, Along), foot = MathF.Abs(distance) / Camera.Focal, slant = MathF.Abs(Dot(Along, Normal == Vector3.UnitX ? Vector3.UnitZ : ray));
        float cover = Bars(s, foot * (1 + 3 * slant), Column * Share, Column) * Bars(point.Y - Storey * 0.3f, foot, Storey * Share, Storey);
        ulong cell = SceneRandom.Mix(((ulong)Hash << 32) ^ ((ulong)(uint)(int)(s / Column + 500) << 12) ^ (uint)(int)(point.Y / Storey + 8));
        float noise = 0.93f + 0.14f * ((cell >> 20) & 255) / 255f;
        return Mix(Wall * noise, (cell & 7) == 0 ? Lamp : Pane, cover);
    }
}

/// <summary>A building beside the road: the wall along it and the one that faces the camera.</summary>
internal sealed class Building : Prop
{
    private readonly RoadPoint _near, _far;
    private readonly float _across, _height, _wide, _column, _storey, _share;
    private readonly Vector3 _wall, _pane;
    private readonly uint _hash;

    public Building(SceneRandom random, RoadPoint near, RoadPoint far, float across, float height)
    {
        (_near, _far, _across, _height) = (near, far, across, height);
        _wide = random.Between(6, 20) * MathF.Sign(across);
        _column = random.Between(1.5f, 5);
        _storey = random.Between(2.6f, 4);
        _share = random.Between(0.25f, 0.75f);
        float value = random.Between(0.25f, 0.9f);
        _wall = random.Chance(0.3f)
            ? Linear(random.Between(0.35f, 0.6f), random.Between(0.18f, 0.32f), random.Between(0.12f, 0.28f))
            : Linear(value, value * random.Between(0.85f, 1), value * random.Between(0.7f, 1.08f));
        _pane = Grey(random.Between(0.08f, 0.5f), random.Around(0.15f));
        _hash = (uint)random.Bits();
    }

    public override void Paint(Painter painter)
    {
        Vector3 a = _near.Beside(_across), b = _far.Beside(_across), c = _near.Beside(_across + _wide), up = new(0, _height, 0), down = new(0, -2, 0);
        if ((a.X - painter.Camera.Position.X) * _wide > 0) Wall(painter, a, b, up, down);
        Wall(painter, a, c, up, down);
    }

    private void Wall(Painter painter, Vector3 from, Vector3 to, Vector3 up, Vector3 down)
    {
        Vector3 along = to - from;
        along.Y = 0;
        along = Unit(along);
        Vector3 normal = new(along.Z, 0, -along.X);
        if (Dot(normal, painter.Camera.Position - from) < 0) normal = -normal;
        Vector3 middle = Mix(from, to, 0.3f), lamp = painter.Air.Night ? new Vector3(0.35f, 0.27f, 0.14f) : _pane;
        Vector3 wall = painter.Air.Shade(_wall, normal, middle), pane = painter.Air.Shade(_pane, normal, middle);
        painter.Emit([from + down, to + down, to + up, from + up], new WindowPaint(painter.Camera, from, along, normal, wall, pane, painter.Air.Through(lamp, Z), _column, _storey, _share, _hash));
    }
}

/// <summary>A stretch of something upright along the road: a wall, a rail, a fence, a hedge.</summary>
internal sealed class Ribbon(RoadPoint near, RoadPoint far, float acrossNear, float acrossFar, float bottom, float top, Vector3 albedo, float posts, float origin) : Prop
{
    public override void Paint(Painter painter)
    {
        Vector3 a = near.Beside(acrossNear, bottom), b = far.Beside(acrossFar, bottom), rise = new(0, top - bottom, 0);
        painter.Face([a, b, b + rise, a + rise], albedo * (1 + 0.2f * NoiseTile.Smooth.Sample(origin + near.Z * 3, origin)));
        if (posts == 0) return;
        Vector3 foot = near.Beside(acrossNear), thick = new(0.06f, 0, 0);
        painter.Face([foot - thick, foot + thick, foot + thick + new Vector3(0, top, 0), foot - thick + new Vector3(0, top, 0)], albedo * posts);
    }
}

/// <summary>A lamp post or bare pole, with an arm over the road or none.</summary>
internal sealed class Post(RoadPoint road, float across, float height, float arm, Vector3 albedo, bool lamp, bool lit) : Prop
{
    public override void Paint(Painter painter)
    {
        const float Thick = 0.08f;
        Vector3 foot = road.Beside(across), top = foot + new Vector3(0, height, 0), end = top + new Vector3(arm, 0.4f, 0), aside = new(Thick, 0, 0);
        painter.Face([foot - aside * 1.3f, foot + aside * 1.3f, top + aside, top - aside], albedo);
        if (arm == 0) return;
        painter.Face([top - new Vector3(0, Thick, 0), end - new Vector3(0, Thick, 0), end, top + new Vector3(0, Thick, 0)], albedo);
        if (lamp) painter.Face([end - new Vector3(0.35f, 0.1f, 0), end + new Vector3(0.35f, -0.1f, 0), end + new Vector3(0.3f, 0.08f, 0), end + new Vector3(-0.3f, 0.08f, 0)], albedo);
    }

    public override void PaintAfter(Painter painter)
    {
        if (lit) painter.Glow(road.Beside(across, height) + new Vector3(arm, 0.3f, 0), new Vector3(1.2f, 0.9f, 0.5f), 0.8f);
    }
}

/// <summary>A bridge over the road, with its piers.</summary>
internal sealed class Bridge(RoadPoint road, float left, float right, float clearance, float deck, float skew, Vector3 albedo) : Prop
{
    public override void Paint(Painter painter)
    {
        const float Half = 80, Wide = 9;
        Vector3 start = road.Beside(0) + new Vector3(-Half, clearance, -Half * skew), end = road.Beside(0) + new Vector3(Half, clearance, Half * skew), up = new(0, deck, 0), back = new(0, 0, Wide);
        start.Z = MathF.Max(start.Z, 1);
        painter.Face([start, end, end + back, start + back], albedo * 0.15f);
        for (int i = 0; i < 3; i++)
        {
            Vector3 foot = road.Beside(i switch { 0 => left, 1 => right, _ => left - 14 }) + new Vector3(0, 0, Wide / 2), half = new(0.6f, 0, 0), height = new(0, clearance, 0);
            painter.Face([foot - half, foot + half, foot + half + height, foot - half + height], albedo * 0.6f);
        }
        painter.Face([start, end, end + up, start + up], albedo);
        painter.Face([start + up * 0.9f, end + up * 0.9f, end + up * 1.35f, start + up * 1.35f], albedo * 0.7f);
    }
}
