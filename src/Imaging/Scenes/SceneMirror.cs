using System.Numerics;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Exchanges left and right: where traffic keeps to the left.</summary>
internal static class SceneMirror
{
    public static (Frame Frame, SceneLabels Labels) Of(Frame frame, SceneLabels labels)
    {
        float width = frame.Width;
        for (int y = 0; y < frame.Height; y++)
        {
            Span<byte> row = frame.Row(y);
            for (int left = 0, right = row.Length - 3; left < right; left += 3, right -= 3)
            {
                (row[left], row[right]) = (row[right], row[left]);
                (row[left + 1], row[right + 1]) = (row[right + 1], row[left + 1]);
                (row[left + 2], row[right + 2]) = (row[right + 2], row[left + 2]);
            }
            labels.Drivable?.AsSpan(y * frame.Width, frame.Width).Reverse();
        }
        var lanes = new List<LaneLine>(labels.Lanes.Count);
        for (int i = labels.Lanes.Count - 1; i >= 0; i--)
        {
            LaneLine lane = labels.Lanes[i];
            var points = new Vector2[lane.Points.Count];
            for (int k = 0; k < points.Length; k++) points[k] = new Vector2(width - lane.Points[k].X, lane.Points[k].Y);
            LaneSide side = lane.Side switch { LaneSide.Left => LaneSide.Right, LaneSide.Right => LaneSide.Left, _ => LaneSide.None };
            lanes.Add(lane with { Side = side, Position = -lane.Position, Points = points });
        }
        SceneObject[] objects = [.. labels.Objects];
        for (int i = 0; i < objects.Length; i++) objects[i] = objects[i] with { Left = width - objects[i].Right, Right = width - objects[i].Left };
        return (frame, labels with { Lanes = lanes, Objects = objects });
    }
}
