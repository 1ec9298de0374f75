using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>A vehicle: a skin over its sections, wheels, glass, lights and plates.</summary>
internal sealed class Vehicle : Prop
{
    private readonly VehicleShape _shape;
    private readonly Pose _pose;
    private readonly Vector3 _body, _load, _glass, _trim, _plate;
    private readonly bool _braking, _trimmed, _night;
    private readonly float _hub;

    private Vehicle(SceneRandom random, VehicleShape shape, Pose pose, bool night, bool parked)
    {
        (_shape, _pose, _night) = (shape, pose, night && !parked);
        _body = Colour(random);
        _load = shape.Load is null ? _body : random.Chance(0.6f) ? Grey(random.Between(0.5f, 0.95f), random.Around(0.05f)) : Colour(random);
        _glass = Grey(random.Between(0.06f, 0.36f), random.Around(0.15f) - 0.05f);
        _trim = Grey(random.Between(0.06f, 0.25f));
        _plate = random.Chance(0.7f) ? Grey(random.Between(0.7f, 0.95f)) : Linear(0.95f, 0.8f, 0.2f);
        _trimmed = random.Chance(0.55f);
        _braking = !parked && random.Chance(0.25f);
        _hub = random.Between(0.1f, 0.65f);
    }

    public override SceneObjectKind? Kind => SceneObjectKind.Vehicle;

    public float Length => _shape.Length;

    /// <summary>Places a vehicle.</summary>
    /// <param name="random">Chooses its looks.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="road">The road at its middle.</param>
    /// <param name="across">Metres across the road.</param>
    /// <param name="turn">Angle from the road's course; half a turn for oncoming traffic.</param>
    /// <param name="night">Whether lamps are on.</param>
    /// <param name="parked">Whether it stands without lamps.</param>
    public static Vehicle Place(SceneRandom random, VehicleShape shape, RoadPoint road, float across, float turn, bool night, bool parked)
    {
        Pose pose = Pose.On(road, across, turn);
        float depth = MathF.Abs(pose.Front.Z) * shape.Length / 2 + MathF.Abs(pose.Right.Z) * shape.Half;
        return new Vehicle(random, shape, pose with { Origin = pose.Origin - pose.Front * (shape.Length / 2) }, night, parked) { Z = road.Z, Depth = depth };
    }

    public override void Shade(Painter painter)
    {
        float half = _shape.Half, length = _shape.Length;
        painter.Shade([_pose.At(-half * 1.06f, 0, -0.15f), _pose.At(half * 1.06f, 0, -0.15f), _pose.At(half * 1.06f, 0, length + 0.15f), _pose.At(-half * 1.06f, 0, length + 0.15f)], 0.35f);
        Vector3 sun = painter.Air.SunDirection, light = painter.Air.SunLight, ambient = painter.Air.AmbientLight;
        if (light.Y < 0.1f || sun.Y < 0.05f) return;
        Vector3 cast = new Vector3(-sun.X, 0, -sun.Z) * MathF.Min(_shape.Height * 0.9f / sun.Y, 8);
        Span<Vector3> points = stackalloc Vector3[8];
        Span<Vector3> hull = stackalloc Vector3[17];
        for (int i = 0; i < 4; i++)
        {
            points[i] = _pose.At((i & 1) == 0 ? -half : half, 0.01f, (i & 2) == 0 ? 0 : length);
            points[i + 4] = points[i] + cast;
        }
        painter.Shade(hull[..Hull(points, hull)], ambient.Y / (ambient.Y + 0.8f * light.Y));
    }

    public override void Paint(Painter painter)
    {
        Tyres(painter);
        if (_shape.Load is { } load)
        {
            // The part farther from the camera goes first.
            bool loadNear = Dot(_pose.Front, painter.Camera.Position - _pose.At(0, 0, load[^1].Along)) < 0;
            if (loadNear) Skin(painter, _shape.Body, _body, front: true, rear: true);
            Skin(painter, load, _load, front: true, rear: true);
            if (!loadNear) Skin(painter, _shape.Body, _body, front: true, rear: true);
        }
        else
        {
            Skin(painter, _shape.Body, _body, front: true, rear: true);
        }
        // Too far for details.
        if (_shape.Height * painter.Camera.Focal < 6 * Z) return;
        Wheels(painter);
        if (Dot(_pose.Front, painter.Camera.Position - _pose.Origin) < 0) Rear(painter);
        if (Dot(_pose.Front, painter.Camera.Position - _pose.At(0, 0, _shape.Length)) > 0) Front(painter);
    }

    public override void PaintAfter(Painter painter)
    {
        if (!_night && !_braking) return;
        bool towards = Dot(_pose.Front, painter.Camera.Position - _pose.At(0, 0, _shape.Length)) > 0;
        float x = _shape.Half * 0.78f, along = towards ? _shape.Length : 0;
        Vector3 light = towards ? new Vector3(1, 0.95f, 0.8f) * 0.8f : new Vector3(0.7f, 0.04f, 0.02f) * (_braking ? 0.6f : 0.25f);
        if (!_night) light *= towards ? 0 : 0.25f;
        for (int side = -1; side <= 1; side += 2)
            painter.Glow(_pose.At(side * x, _shape.LightHeight, along), light, towards ? 0.9f : 0.45f, painter.Air.Wet * 3);
    }

    private void Skin(Painter painter, Section[] sections, Vector3 colour, bool front, bool rear)
    {
        Span<Vector3> face = stackalloc Vector3[6];
        // From the end away from the camera to the near one.
        bool forwards = Dot(_pose.Front, painter.Camera.Position - _pose.At(0, 0, _shape.Length / 2)) > 0;
        if (rear && forwards) Cap(painter, sections[0], sections[1], colour, face);
        if (front && !forwards) Cap(painter, sections[^1], sections[^2], colour, face);
        for (int i = 0; i < sections.Length - 1; i++)
        {
            int index = forwards ? i : sections.Length - 2 - i;
            Section a = sections[index], b = sections[index + 1];
            Vector3 inner = _pose.At(0, (MathF.Min(a.Bottom, b.Bottom) + MathF.Min(a.Belt, b.Belt)) / 2, (a.Along + b.Along) / 2);
            for (int side = -1; side <= 1; side += 2)
            {
                Quad(painter, face, At(a, side, a.Half, a.Bottom), At(b, side, b.Half, b.Bottom), At(b, side, b.Half, b.Belt), At(a, side, a.Half, a.Belt), inner, colour, false);
                Quad(painter, face, At(a, side, a.Half, a.Belt), At(b, side, b.Half, b.Belt), At(b, side, b.HalfTop, b.Top), At(a, side, a.HalfTop, a.Top), inner, colour, a.Glass.HasFlag(Glass.Sides));
            }
            Quad(painter, face, At(a, -1, a.HalfTop, a.Top), At(a, 1, a.HalfTop, a.Top), At(b, 1, b.HalfTop, b.Top), At(b, -1, b.HalfTop, b.Top), inner, colour, a.Glass.HasFlag(Glass.Top));
        }
        if (rear && !forwards) Cap(painter, sections[0], sections[1], colour, face);
        if (front && forwards) Cap(painter, sections[^1], sections[^2], colour, face);
    }

    private Vector3 At(in Section section, int side, float half, float up) => _pose.At(side * half, up, section.Along);

    private void Quad(Painter painter, Span<Vector3> face, Vector3 a, Vector3 b, Vector3 c, Vector3 d, Vector3 inner, Vector3 colour, bool glass)
    {
        (face[0], face[1], face[2], face[3]) = (a, b, c, d);
        if (!painter.Face(face[..4], colour, inner) || !glass) return;
        Vector3 middle = (a + b + c + d) / 4;
        for (int i = 0; i < 4; i++) face[i] = Mix(middle, face[i], 0.84f);
        painter.Face(face[..4], _glass, inner);
    }

    private void Cap(Painter painter, in Section section, in Section next, Vector3 colour, Span<Vector3> face)
    {
        for (int i = 0; i < 2; i++)
        {
            int side = i * 2 - 1;
            face[i == 0 ? 0 : 5] = At(section, side, section.Half, section.Bottom);
            face[i == 0 ? 1 : 4] = At(section, side, section.Half, section.Belt);
            face[i == 0 ? 2 : 3] = At(section, side, section.HalfTop, section.Top);
        }
        painter.Face(face, colour, _pose.At(0, section.Bottom, next.Along));
    }

    /// <summary>The tyres as seen from the rear or front, below the body.</summary>
    private void Tyres(Painter painter)
    {
        Vector3 under = _pose.At(0, 0.3f, _shape.Length / 2);
        Vector3 rubber = Grey(0.09f);
        float outer = _shape.Half * 0.97f, inner = outer - 0.24f, radius = _shape.Wheel;
        bool fromRear = Dot(_pose.Front, painter.Camera.Position - under) < 0;
        for (int axle = 0; axle < 2; axle++)
        {
            float along = (axle == 0) == fromRear ? _shape.FrontAxle : _shape.RearAxle;
            along += fromRear ? -radius * 0.8f : radius * 0.8f;
            for (int side = -1; side <= 1; side += 2)
                painter.Face([_pose.At(side * inner, 0, along), _pose.At(side * outer, 0, along), _pose.At(side * outer, radius * 1.8f, along), _pose.At(side * inner, radius * 1.8f, along)], rubber);
        }
        float bottom = _shape.Body[1].Bottom + 0.05f;
        painter.Face([_pose.At(-inner, 0.12f, _shape.RearAxle), _pose.At(inner, 0.12f, _shape.RearAxle), _pose.At(inner, bottom, _shape.RearAxle), _pose.At(-inner, bottom, _shape.RearAxle)], Grey(0.04f));
    }

    /// <summary>The wheels as seen from the side.</summary>
    private void Wheels(Painter painter)
    {
        const int Corners = 10;
        Span<Vector3> disc = stackalloc Vector3[Corners];
        int side = Dot(_pose.Right, painter.Camera.Position - _pose.Origin) > 0 ? 1 : -1;
        float x = side * (_shape.Half + 0.01f);
        if (Dot(_pose.Right * side, painter.Camera.Position - _pose.At(x, 0, 0)) <= 0) return;
        for (int axle = 0; axle < 2; axle++)
        {
            float along = axle == 0 ? _shape.RearAxle : _shape.FrontAxle;
            for (int ring = 0; ring < 3; ring++)
            {
                float radius = _shape.Wheel * ring switch { 0 => 1.18f, 1 => 1, _ => 0.62f };
                for (int i = 0; i < Corners; i++)
                {
                    float angle = i * (MathF.Tau / Corners);
                    disc[i] = _pose.At(x, MathF.Max(_shape.Wheel + radius * Sin(angle), 0), along + radius * Cos(angle));
                }
                painter.Face(disc, ring switch { 0 => Grey(0.05f), 1 => Grey(0.1f), _ => Grey(_hub) }, _pose.At(0, 0.3f, along));
            }
        }
    }

    private void Rear(Painter painter)
    {
        Section end = _shape.Load?[0] ?? _shape.Body[0];
        float half = end.Half, belt = _shape.LightHeight, at = end.Along - 0.02f;
        bool tall = end.Top > 1.7f;
        float lightHalf = half * 0.16f, lightTop = belt + (tall ? 0.2f : 0.06f), lightBottom = belt - (tall ? 0.2f : 0.14f);
        if (_shape.RearWindow) Plate(painter, -half * 0.75f, half * 0.75f, end.Belt + 0.1f, end.Top - 0.18f, at, _glass);
        if (_trimmed) Plate(painter, -half * 0.98f, half * 0.98f, end.Bottom, end.Bottom + 0.2f, at, _trim);
        Plate(painter, -0.26f, 0.26f, belt - 0.26f, belt - 0.12f, at, _plate);
        Vector3 red = Linear(0.75f, 0.08f, 0.06f);
        for (int side = -1; side <= 1; side += 2)
        {
            float x = side * (half * 0.97f - lightHalf);
            if (_braking || _night) Lamp(painter, x, lightHalf, lightBottom, lightTop, at, new Vector3(0.9f, 0.07f, 0.04f) * (_braking ? 1 : 0.35f));
            else Plate(painter, x - lightHalf, x + lightHalf, lightBottom, lightTop, at, red);
        }
    }

    private void Front(Painter painter)
    {
        Section end = _shape.Body[^1];
        float half = end.Half, at = end.Along + 0.02f, height = end.Belt - 0.02f;
        Plate(painter, -half * 0.55f, half * 0.55f, end.Bottom + 0.08f, height - 0.06f, at, _trim);
        Plate(painter, -0.26f, 0.26f, end.Bottom + 0.06f, end.Bottom + 0.18f, at, _plate);
        for (int side = -1; side <= 1; side += 2)
        {
            float x = side * half * 0.8f;
            if (_night) Lamp(painter, x, half * 0.17f, height - 0.14f, height, at, new Vector3(1.4f, 1.35f, 1.1f));
            else Plate(painter, x - half * 0.17f, x + half * 0.17f, height - 0.14f, height + 0.02f, at, Grey(0.8f));
        }
    }

    private void Plate(Painter painter, float left, float right, float bottom, float top, float along, Vector3 colour) =>
        painter.Face([_pose.At(left, bottom, along), _pose.At(right, bottom, along), _pose.At(right, top, along), _pose.At(left, top, along)], colour);

    private void Lamp(Painter painter, float x, float half, float bottom, float top, float along, Vector3 light) =>
        painter.Lamp([_pose.At(x - half, bottom, along), _pose.At(x + half, bottom, along), _pose.At(x + half, top, along), _pose.At(x - half, top, along)], light);

    private static Vector3 Colour(SceneRandom random) => random.Unit() switch
    {
        < 0.28f => Grey(random.Between(0.8f, 0.97f)),
        < 0.5f => Grey(random.Between(0.06f, 0.22f), random.Around(0.1f)),
        < 0.75f => Grey(random.Between(0.25f, 0.75f), random.Around(0.08f)),
        < 0.84f => Linear(random.Between(0.4f, 0.8f), random.Between(0.02f, 0.2f), random.Between(0.02f, 0.2f)),
        < 0.93f => Linear(random.Between(0.05f, 0.3f), random.Between(0.1f, 0.4f), random.Between(0.3f, 0.75f)),
        < 0.96f => Linear(random.Between(0.8f, 0.98f), random.Between(0.55f, 0.8f), random.Between(0, 0.2f)),
        _ => Linear(random.Between(0.05f, 0.5f), random.Between(0.2f, 0.6f), random.Between(0.05f, 0.5f)),
    };

    /// <summary>The convex hull on the ground (Andrew's monotone chain).</summary>
    private static int Hull(Span<Vector3> points, Span<Vector3> hull)
    {
        points.Sort(static (a, b) => a.X != b.X ? a.X.CompareTo(b.X) : a.Z.CompareTo(b.Z));
        int count = 0;
        for (int pass = 0, floor = 2; pass < 2; pass++, floor = count + 1)
        {
            for (int i = pass; i < points.Length; i++)
            {
                Vector3 next = points[pass == 0 ? i : points.Length - 1 - i];
                while (count >= floor && Turn(hull[count - 2], hull[count - 1], next) <= 0) count--;
                hull[count++] = next;
            }
        }
        return count - 1;

        static float Turn(Vector3 a, Vector3 b, Vector3 c) => (b.X - a.X) * (c.Z - a.Z) - (b.Z - a.Z) * (c.X - a.X);
    }
}
