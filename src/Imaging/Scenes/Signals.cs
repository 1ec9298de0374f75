using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>A traffic light on a pole, on an arm over the road, or hanging. Its box is that of the housing.</summary>
internal sealed class TrafficLight : Prop
{
    private readonly Vector3 _at, _foot, _housing, _pole;
    private readonly float _half, _height, _glow;
    private readonly int _lit, _style;

    public TrafficLight(SceneRandom random, RoadPoint road, float across, float poleAcross, float height)
    {
        _at = road.Beside(across, height);
        _foot = road.Beside(poleAcross);
        _half = random.Between(0.14f, 0.22f);
        _height = _half * random.Between(5, 6.4f);
        _housing = random.Chance(0.3f) ? Linear(0.85f, 0.65f, 0.1f) : Grey(random.Between(0.05f, 0.2f));
        _pole = Grey(random.Between(0.15f, 0.6f));
        _lit = random.Unit() switch { < 0.45f => 0, < 0.6f => 1, _ => 2 };
        _style = random.Whole(0, 2);
        _glow = random.Between(0.5f, 2);
    }

    public override SceneObjectKind? Kind => SceneObjectKind.Light;

    public override void PaintBefore(Painter painter)
    {
        const float Thick = 0.09f;
        float top = MathF.Max(_at.Y + _height + 0.1f, _foot.Y + 3);
        Vector3 aside = new(Thick, 0, 0);
        painter.Face([_foot - aside, _foot + aside, _foot + aside + new Vector3(0, top - _foot.Y, 0), _foot - aside + new Vector3(0, top - _foot.Y, 0)], _pole);
        if (MathF.Abs(_at.X - _foot.X) < 0.5f) return;
        float level = _at.Y + _height + 0.05f;
        painter.Face([new(_foot.X, level - Thick, _at.Z), new(_at.X, level - Thick, _at.Z), new(_at.X, level + Thick * 0.6f, _at.Z), new(_foot.X, level + Thick, _at.Z)], _pole);
    }

    public override void Paint(Painter painter)
    {
        Rectangle(painter, 0, 0, _half, _height, _housing);
        if (_style == 1) Rectangle(painter, 0.1f * _half, 0.1f * _half, _half * 0.9f, _height - 0.1f * _half, Grey(0.06f));
        Span<Vector3> disc = stackalloc Vector3[8];
        for (int i = 0; i < 3; i++)
        {
            Vector3 centre = Lens(i);
            for (int k = 0; k < 8; k++) disc[k] = centre + new Vector3(Sin(k * (MathF.Tau / 8)), Cos(k * (MathF.Tau / 8)), 0) * (_half * 0.68f);
            if (i == _lit) painter.Lamp(disc, Colour(i) * _glow);
            else painter.Face(disc, Colour(i) * 0.04f);
        }
    }

    public override void PaintAfter(Painter painter) => painter.Glow(Lens(_lit), Colour(_lit) * (painter.Air.Night ? 0.5f : 0.12f) * _glow, painter.Air.Night ? 0.9f : 0.35f, painter.Air.Wet);

    private Vector3 Lens(int i) => _at + new Vector3(0, _height * (5 - 2 * i) / 6, -0.02f);

    private static Vector3 Colour(int lamp) => lamp switch { 0 => new(1, 0.06f, 0.04f), 1 => new(1, 0.55f, 0.05f), _ => new(0.1f, 1, 0.55f) };

    private void Rectangle(Painter painter, float inset, float bottom, float half, float top, Vector3 colour) =>
        painter.Face([_at + new Vector3(-half, bottom, -inset * 0.1f), _at + new Vector3(half, bottom, -inset * 0.1f), _at + new Vector3(half, top, 0), _at + new Vector3(-half, top, 0)], colour);
}

/// <summary>A traffic sign on a pole or overhead. Its box is that of the plate.</summary>
internal sealed class Sign : Prop
{
    private readonly Vector3 _at, _foot, _rim, _field, _ink, _pole;
    private readonly float _halfWidth, _halfHeight, _turn, _border;
    private readonly int _corners;
    private readonly ulong _picture;

    public Sign(SceneRandom random, RoadPoint road, float across, float height, float poleAcross, bool gantry)
    {
        _foot = road.Beside(poleAcross);
        _pole = Grey(random.Between(0.3f, 0.7f));
        _picture = random.Bits();
        float size = random.Between(0.3f, 0.5f);
        Vector3 red = Linear(random.Between(0.65f, 0.9f), 0.08f, 0.1f), white = Grey(random.Between(0.85f, 1)), black = Grey(0.08f), blue = Linear(0.08f, random.Between(0.25f, 0.4f), random.Between(0.6f, 0.8f));
        Vector3 yellow = Linear(0.95f, random.Between(0.65f, 0.8f), 0.08f), green = Linear(0.04f, random.Between(0.32f, 0.5f), random.Between(0.22f, 0.35f));
        (_corners, _turn, _rim, _field, _ink, _border) = (gantry ? 5 : random.Whole(0, 7)) switch
        {
            0 => (16, 0f, red, white, black, 0.74f),
            1 => (16, 0f, white, blue, white, 0.93f),
            2 => (3, 0f, red, random.Chance(0.7f) ? white : yellow, black, 0.66f),
            3 => (4, 0f, black, yellow, black, 0.93f),
            4 => (8, MathF.PI / 8, white, red, white, 0.92f),
            5 => (4, MathF.PI / 4, white, random.Chance(0.6f) ? green : blue, white, 0.95f),
            6 => (4, MathF.PI / 4, black, white, black, 0.94f),
            _ => (16, 0f, white, red, white, 0.94f),
        };
        float wide = _corners == 4 && _turn > 0 ? random.Between(0.8f, 1.8f) : 1;
        if (gantry) (size, wide) = (random.Between(1, 1.7f), random.Between(1.3f, 2.6f));
        (_halfWidth, _halfHeight) = (size * wide, size * (_corners == 4 && _turn > 0 && !gantry ? random.Between(0.8f, 1.5f) : 1));
        _at = road.Beside(across, height + _halfHeight);
    }

    public override SceneObjectKind? Kind => SceneObjectKind.Sign;

    public override void PaintBefore(Painter painter)
    {
        Vector3 aside = new(0.05f, 0, 0), top = new(_foot.X, _at.Y, _foot.Z + 0.05f);
        painter.Face([_foot - aside, _foot + aside, top + aside, top - aside], _pole);
        if (MathF.Abs(_at.X - _foot.X) < 1) return;
        painter.Face([top - new Vector3(0, 0.15f, 0), new(_at.X, _at.Y - 0.15f, top.Z), new(_at.X, _at.Y + 0.15f, top.Z), top + new Vector3(0, 0.15f, 0)], _pole);
    }

    public override void Paint(Painter painter)
    {
        Plate(painter, 1, _rim);
        Plate(painter, _border, _field);
        // A picture of a few strokes.
        for (int i = 0; i < 3; i++)
        {
            uint bits = (uint)(_picture >> (i * 20));
            float x = ((bits & 31) / 31f - 0.5f) * 0.5f * _halfWidth, y = (((bits >> 5) & 31) / 31f - 0.5f) * 0.6f * _halfHeight;
            float half = (0.08f + ((bits >> 10) & 31) / 31f * 0.3f) * _halfWidth, tall = (0.06f + ((bits >> 15) & 31) / 31f * 0.2f) * _halfHeight;
            painter.Face([At(x - half, y - tall), At(x + half, y - tall), At(x + half, y + tall), At(x - half, y + tall)], _ink);
        }
    }

    private void Plate(Painter painter, float scale, Vector3 colour)
    {
        Span<Vector3> outline = stackalloc Vector3[_corners];
        // The corners of a rectangle lie on its sides, those of other shapes on a circle.
        float reach = _turn > 0 && _corners == 4 ? 1.41421356f : 1;
        for (int i = 0; i < _corners; i++)
        {
            float angle = _turn + i * (MathF.Tau / _corners);
            outline[i] = At(Sin(angle) * _halfWidth * scale * reach, Cos(angle) * _halfHeight * scale * reach);
        }
        painter.Face(outline, colour);
    }

    private Vector3 At(float x, float y) => _at + new Vector3(x, y, 0);
}
