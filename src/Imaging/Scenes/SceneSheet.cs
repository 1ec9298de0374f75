using System.Numerics;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Draws labels into pictures, and many pictures side by side, for people to look at.</summary>
public static class SceneSheet
{
    private const int Gap = 2;

    /// <summary>Copies a picture with its labels drawn: the own lane's lines red and green, other lines cyan, boxes by kind.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="labels">What is in it.</param>
    /// <returns>The new picture.</returns>
    public static Frame Annotate(Frame frame, SceneLabels labels)
    {
        var result = new Frame(frame.Width, frame.Height, (byte[])frame.Pixels.Clone());
        foreach (LaneLine lane in labels.Lanes)
        {
            (byte, byte, byte) colour = lane.Side switch { LaneSide.Left => (255, 40, 40), LaneSide.Right => (40, 255, 40), _ => (0, 220, 255) };
            for (int i = 1; i < lane.Points.Count; i++) Line(result, lane.Points[i - 1], lane.Points[i], colour);
        }
        foreach (SceneObject item in labels.Objects)
        {
            (byte, byte, byte) colour = item.Kind switch
            {
                SceneObjectKind.Vehicle => (255, 200, 0),
                SceneObjectKind.Person => (255, 0, 200),
                SceneObjectKind.Cyclist => (180, 80, 255),
                SceneObjectKind.Light => (0, 255, 120),
                _ => (80, 160, 255),
            };
            Vector2 a = new(item.Left, item.Top), b = new(item.Right, item.Top), c = new(item.Right, item.Bottom), d = new(item.Left, item.Bottom);
            Line(result, a, b, colour);
            Line(result, b, c, colour);
            Line(result, c, d, colour);
            Line(result, d, a, colour);
        }
        return result;
    }

    /// <summary>Puts pictures of one size in rows.</summary>
    /// <param name="frames">At least one picture.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <returns>The sheet.</returns>
    /// <exception cref="ArgumentException">There is no picture, or they differ in size.</exception>
    public static Frame Sheet(IReadOnlyList<Frame> frames, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (frames.Count == 0) throw new ArgumentException("no pictures", nameof(frames));
        int width = frames[0].Width, height = frames[0].Height, rows = (frames.Count + columns - 1) / columns;
        columns = Math.Min(columns, frames.Count);
        var sheet = new Frame(columns * (width + Gap) - Gap, rows * (height + Gap) - Gap);
        for (int i = 0; i < frames.Count; i++)
        {
            if (frames[i].Width != width || frames[i].Height != height) throw new ArgumentException("pictures of different sizes", nameof(frames));
            int left = i % columns * (width + Gap), top = i / columns * (height + Gap);
            for (int y = 0; y < height; y++) frames[i].Row(y).CopyTo(sheet.Row(top + y)[(left * 3)..]);
        }
        return sheet;
    }

    private static void Line(Frame frame, Vector2 from, Vector2 to, (byte R, byte G, byte B) colour)
    {
        int steps = (int)MathF.Max(MathF.Abs(to.X - from.X), MathF.Abs(to.Y - from.Y)) + 1;
        for (int i = 0; i <= steps; i++)
        {
            Vector2 at = SceneMath.Mix(from, to, (float)i / steps);
            int x = Math.Clamp((int)at.X, 0, frame.Width - 1), y = Math.Clamp((int)at.Y, 0, frame.Height - 1);
            Span<byte> pixel = frame.Row(y).Slice(x * 3, 3);
            (pixel[0], pixel[1], pixel[2]) = colour;
        }
    }
}
