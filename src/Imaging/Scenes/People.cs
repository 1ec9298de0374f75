using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>A person on foot or on a bicycle, as flat limbs that face the camera.</summary>
internal sealed class Person : Prop
{
    private readonly bool _rides;
    private readonly Vector3 _origin, _skin, _hair, _coat, _legs, _bag, _frame;
    private readonly float _height, _stride, _broad, _facing;

    public Person(SceneRandom random, RoadPoint road, float across, bool rides)
    {
        _rides = rides;
        _origin = road.Beside(across);
        _height = random.Chance(0.12f) ? random.Between(1, 1.4f) : random.Between(1.5f, 1.95f);
        _stride = random.Between(0.02f, 0.3f);
        _broad = random.Between(0.18f, 0.29f);
        // 0 seen from the front or rear, 1 from the side.
        _facing = random.Chance(0.5f) ? random.Between(0, 0.3f) : random.Between(0.7f, 1) * (random.Chance(0.5f) ? 1 : -1);
        float tone = random.Between(0.35f, 0.85f);
        _skin = Linear(tone, tone * 0.78f, tone * 0.64f);
        _hair = rides && random.Chance(0.6f) ? Cloth(random, 0.95f) : Linear(tone * random.Between(0.1f, 0.7f), tone * 0.25f, tone * 0.15f);
        _coat = Cloth(random, 0.9f);
        _legs = random.Chance(0.7f) ? Linear(random.Between(0.08f, 0.3f), random.Between(0.08f, 0.3f), random.Between(0.1f, 0.4f)) : Cloth(random, 0.8f);
        _bag = random.Chance(0.3f) ? Cloth(random, 0.7f) : Vector3.Zero;
        _frame = Cloth(random, 0.7f);
    }

    public override SceneObjectKind? Kind => _rides ? SceneObjectKind.Cyclist : SceneObjectKind.Person;

    public override void Shade(Painter painter)
    {
        Vector3 o = _origin;
        painter.Shade([o + new Vector3(-0.35f, 0, -0.2f), o + new Vector3(0.35f, 0, -0.2f), o + new Vector3(0.35f, 0, 0.25f), o + new Vector3(-0.35f, 0, 0.25f)], 0.55f);
        Vector3 sun = painter.Air.SunDirection;
        if (painter.Air.SunLight.Y < 0.1f) return;
        Vector3 cast = new Vector3(-sun.X, 0, -sun.Z) * MathF.Min(_height / sun.Y, 4), broad = new(0.2f, 0, 0.05f);
        painter.Shade([o - broad, o + broad, o + cast + broad * 0.7f, o + cast - broad * 0.7f], 0.55f);
    }

    public override void Paint(Painter painter)
    {
        float h = _height, lift = _rides ? 0.3f : 0, side = MathF.Abs(_facing), lean = _rides ? _facing * 0.25f : 0, width = _broad * (1 - 0.35f * side);
        float hip = _rides ? 0.95f : h * 0.5f, shoulder = hip + h * 0.33f, head = shoulder + h * 0.1f;
        if (_rides) Bicycle(painter);
        float step = _rides ? 0.12f + 0.1f * side : _stride * (0.25f + 0.75f * side);
        Limb(painter, 0, hip, -step, lift, 0.09f, 0.055f, _legs * 0.8f);
        Limb(painter, 0.04f, hip, step, lift, 0.09f, 0.055f, _legs);
        Limb(painter, lean + width * 0.85f, shoulder - 0.05f, lean * 2 + width + step * 0.5f, hip + (_rides ? 0.15f : -0.05f), 0.055f, 0.04f, _coat * 0.75f);
        Span<Vector3> body = [At(-width * 0.75f, hip - 0.08f), At(width * 0.75f, hip - 0.08f), At(lean + width, shoulder), At(lean + width * 0.4f, shoulder + 0.06f), At(lean - width * 0.4f, shoulder + 0.06f), At(lean - width, shoulder)];
        painter.Face(body, _coat);
        if (_bag != Vector3.Zero) painter.Face([At(lean - width * 0.6f, hip + 0.12f), At(lean + width * 0.6f, hip + 0.12f), At(lean + width * 0.55f, shoulder), At(lean - width * 0.55f, shoulder)], _bag);
        Limb(painter, lean - width * 0.85f, shoulder - 0.05f, lean * 2 - width - step * 0.5f, hip + (_rides ? 0.15f : -0.05f), 0.055f, 0.04f, _coat * 0.85f);
        Disc(painter, lean * 1.2f, head + 0.02f, 0.1f, 0.13f, _skin);
        Disc(painter, lean * 1.2f - _facing * 0.02f, head + 0.07f, 0.105f, 0.09f, _hair);
    }

    private void Bicycle(Painter painter)
    {
        float side = MathF.Abs(_facing);
        for (int end = -1; end <= 1; end += 2)
        {
            Disc(painter, end * 0.52f * side, 0.34f, 0.03f + 0.31f * side, 0.34f, Grey(0.1f));
            if (side > 0.5f) Disc(painter, end * 0.52f * side, 0.34f, 0.26f * side, 0.28f, Grey(0.4f));
        }
        Limb(painter, -0.5f * _facing, 0.34f, 0.1f * _facing, 0.85f, 0.035f, 0.03f, _frame);
        Limb(painter, 0.5f * _facing, 0.34f, -0.1f * _facing, 0.8f, 0.035f, 0.03f, _frame);
        Limb(painter, -0.28f * (1 - side), 1.02f, 0.28f * (1 - side) + 0.02f, 1.02f, 0.03f, 0.03f, Grey(0.15f));
    }

    private Vector3 At(float x, float y) => _origin + new Vector3(x, y, 0);

    private void Limb(Painter painter, float fromX, float fromY, float toX, float toY, float fromHalf, float toHalf, Vector3 colour)
    {
        float dx = toX - fromX, dy = toY - fromY, inverse = 1 / MathF.Sqrt(dx * dx + dy * dy + 1e-6f);
        float nx = -dy * inverse, ny = dx * inverse;
        painter.Face(
        [
            At(fromX + nx * fromHalf, fromY + ny * fromHalf), At(toX + nx * toHalf, MathF.Max(toY + ny * toHalf, 0)),
            At(toX - nx * toHalf, MathF.Max(toY - ny * toHalf, 0)), At(fromX - nx * fromHalf, fromY - ny * fromHalf),
        ], colour);
    }

    private void Disc(Painter painter, float x, float y, float halfWidth, float halfHeight, Vector3 colour)
    {
        const int Corners = 8;
        Span<Vector3> outline = stackalloc Vector3[Corners];
        for (int i = 0; i < Corners; i++) outline[i] = At(x + halfWidth * Sin(i * (MathF.Tau / Corners)), y + halfHeight * Cos(i * (MathF.Tau / Corners)));
        painter.Face(outline, colour);
    }

    private static Vector3 Cloth(SceneRandom random, float brightest)
    {
        float value = random.Between(0.08f, brightest), colourful = random.Between(0, 0.8f);
        return Linear(value * (1 - colourful * random.Unit()), value * (1 - colourful * random.Unit()), value * (1 - colourful * random.Unit()));
    }
}
