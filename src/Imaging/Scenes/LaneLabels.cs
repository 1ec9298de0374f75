using System.Numerics;

namespace EdgeKit.Imaging.Scenes;

/// <summary>The lane lines as the picture shows them.</summary>
internal static class LaneLabels
{
    // A lane less wide than this share of the picture cannot be told from its neighbours.
    private const float NarrowestLane = 0.02f;
    private const float Step = 2;

    // Farther than this a line that runs along the horizon ends; metres, and columns per row.
    private const float FlatFrom = 40, Flat = 15;

    /// <summary>Projects the labelled lines of a road.</summary>
    /// <param name="road">The road.</param>
    /// <param name="ground">What is seen of it.</param>
    /// <param name="camera">The camera.</param>
    /// <param name="air">Light and air, which end the sight.</param>
    /// <param name="foreground">The own car, which hides what is nearest.</param>
    public static List<LaneLine> Of(Road road, Ground ground, Camera camera, Atmosphere air, Foreground? foreground)
    {
        var lanes = new List<LaneLine>();
        float farthest = MathF.Min(air.Sight, road.LaneWidth * camera.Focal / (NarrowestLane * camera.Width));
        var points = new List<Vector2>();
        (RoadLine? left, RoadLine? right) = OwnLane(road);
        foreach (RoadLine line in road.Lines)
        {
            if (line.Position == 0) continue;
            LaneSide side = line == left ? LaneSide.Left : line == right ? LaneSide.Right : LaneSide.None;
            Vector2 last = default;
            bool any = false;
            foreach (RoadPoint point in ground.Seen)
            {
                if (point.Z < line.Start || point.Z > MathF.Min(line.End, farthest)) continue;
                if (!camera.Project(point.Beside(line.Edge.At(point.Z)), out Vector2 next)) continue;
                if (foreground is not null && next.Y > foreground.Top(next.X)) continue;
                if (any && point.Z > FlatFrom && MathF.Abs(next.X - last.X) > Flat * MathF.Max(last.Y - next.Y, camera.Height * 0.0003f)) break;
                if (any) Extend(points, last, next, camera, () => Finish(line, side));
                (last, any) = (next, true);
            }
            Finish(line, side);
        }
        return lanes;

        void Finish(RoadLine line, LaneSide side)
        {
            if (points.Count >= 2 && Length(points) >= camera.Height * 0.03f)
                lanes.Add(new LaneLine(line.Kind, line.Colour, side, line.Position, points.ToArray()));
            points.Clear();
        }
    }

    /// <summary>The lines that bound the own lane near the camera.</summary>
    private static (RoadLine? Left, RoadLine? Right) OwnLane(Road road)
    {
        const float Ahead = 8;
        RoadLine? left = null, right = null;
        foreach (RoadLine line in road.Lines)
        {
            float offset = line.Edge.At(Ahead);
            if (line.Position == 0 || line.Start > Ahead || line.End < Ahead || MathF.Abs(offset) > road.LaneWidth) continue;
            if (offset < 0 && (left is null || offset > left.Edge.At(Ahead))) left = line;
            if (offset > 0 && (right is null || offset < right.Edge.At(Ahead))) right = line;
        }
        return (left, right);
    }

    /// <summary>Adds the part of a segment that lies within the picture; leaving it ends the line.</summary>
    private static void Extend(List<Vector2> points, Vector2 from, Vector2 to, Camera camera, Action leave)
    {
        float enter = 0, exit = 1;
        if (!Cut(from.X, to.X, camera.Width, ref enter, ref exit) || !Cut(from.Y, to.Y, camera.Height, ref enter, ref exit)) return;
        Vector2 corner = new(camera.Width, camera.Height);
        Vector2 first = Vector2.Clamp(SceneMath.Mix(from, to, enter), default, corner), last = Vector2.Clamp(SceneMath.Mix(from, to, exit), default, corner);
        if (points.Count == 0) points.Add(first);
        Vector2 moved = last - points[^1];
        if (moved.X * moved.X + moved.Y * moved.Y >= Step * Step || exit < 1) points.Add(last);
        if (exit < 1) leave();
    }

    /// <summary>Narrows the share of a segment to what lies between 0 and a limit.</summary>
    private static bool Cut(float from, float to, float limit, ref float enter, ref float exit)
    {
        float step = to - from;
        if (step == 0) return from >= 0 && from <= limit;
        float a = (0 - from) / step, b = (limit - from) / step;
        enter = MathF.Max(enter, MathF.Min(a, b));
        exit = MathF.Min(exit, MathF.Max(a, b));
        return enter < exit;
    }

    private static float Length(List<Vector2> points)
    {
        Vector2 d = points[^1] - points[0];
        return MathF.Sqrt(d.X * d.X + d.Y * d.Y);
    }
}
