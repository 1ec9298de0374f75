using System.Globalization;
using System.Numerics;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Imaging.Drawing;

/// <summary>Draws what a decoder found.</summary>
public static class FindingsDrawing
{
    private const float MaskOpacity = 0.4f;

    // Of a label, as boxes.
    private const float WidestLabel = 2;

    // The width of the edge of a mask, as a change of probability.
    private const float MaskEdge = 0.15f;

    /// <summary>Draws masks, then lanes, then boxes with label and confidence.</summary>
    /// <param name="frame">The picture, which is changed.</param>
    /// <param name="findings">What was found in it.</param>
    /// <param name="labels">The names of classes.</param>
    /// <param name="caption">A line for the upper left corner, such as the time it took; null for none.</param>
    public static void Draw(Frame frame, Findings findings, IReadOnlyList<string> labels, string? caption = null) => Draw(new Canvas(frame), findings, labels, caption);

    /// <summary>Draws masks, then lanes, then boxes with label and confidence.</summary>
    /// <param name="canvas">The picture, which is changed.</param>
    /// <param name="findings">What was found in it.</param>
    /// <param name="labels">The names of classes.</param>
    /// <param name="caption">A line for the upper left corner, such as the time it took; null for none.</param>
    public static void Draw(Canvas canvas, Findings findings, IReadOnlyList<string> labels, string? caption = null)
    {
        Frame frame = canvas.Frame;
        int scale = Math.Max(1, (int)MathF.Round(MathF.Min(frame.Width, frame.Height) / 400f));
        for (int i = 0; i < findings.Masks.Count; i++) DrawMask(canvas, findings.Masks[i], Colour.OfMask(i));
        for (int i = 0; i < findings.LaneCount; i++) DrawLane(canvas, findings, i, scale);
        // The most confident last, on top of the others.
        for (int i = findings.Boxes.Length - 1; i >= 0; i--) DrawBox(canvas, findings, i, labels, scale);
        if (caption is not null) canvas.Label(0, 0, caption, scale, Colour.Black);
    }

    private static void DrawMask(Canvas canvas, Mask mask, Colour colour) => canvas.Tint(
        (x, y) => (Probability(mask, (x + 0.5f) * mask.Mapping.ScaleX + mask.Mapping.OffsetX, (y + 0.5f) * mask.Mapping.ScaleY + mask.Mapping.OffsetY) - mask.Threshold) / MaskEdge + 0.5f,
        colour, MaskOpacity);

    private static void DrawLane(Canvas canvas, Findings findings, int lane, int scale)
    {
        ReadOnlySpan<Vector2> points = findings.LanePoints(lane);
        Colour colour = Colour.OfCategory(lane);
        canvas.Polyline(points, canvas.LineThickness * 1.5f, colour);
        string text = Percent(findings.LaneConfidence(lane));
        (int width, int height) = Canvas.LabelSize(text, scale);
        Vector2 at = points[points.Length / 3];
        canvas.Label(at.X - width / 2f, at.Y - height / 2f, text, scale, colour);
    }

    private static void DrawBox(Canvas canvas, Findings findings, int index, IReadOnlyList<string> labels, int scale)
    {
        Detection box = findings.Boxes[index];
        Colour colour = Colour.OfCategory(box.Class);
        float thickness = canvas.LineThickness;
        canvas.Rectangle(box.Left, box.Top, box.Right, box.Bottom, thickness, colour);
        foreach (Vector2 point in findings.Landmarks(index)) canvas.Polyline([point], thickness * 1.5f, colour);
        string text = $"{(box.Class < labels.Count ? labels[box.Class] : $"class {box.Class}")} {Percent(box.Score)}";
        // In a crowd of small boxes names would cover what they name.
        if (Canvas.LabelSize(text, scale).Width > WidestLabel * (box.Right - box.Left)) (text, scale) = (Percent(box.Score), 1);
        float height = Canvas.LabelSize(text, scale).Height;
        // Above the box; inside it where there is no room.
        float y = box.Top - height - thickness / 2;
        canvas.Label(box.Left - thickness / 2, y >= 0 ? y : box.Top + thickness / 2, text, scale, colour);
    }

    private static string Percent(float confidence) => string.Create(CultureInfo.InvariantCulture, $"{confidence * 100:F0}%");

    /// <summary>The probability at a point of the mask, pixels' middles at halves, bilinear; 0 outside.</summary>
    private static float Probability(Mask mask, float x, float y)
    {
        if (!(x >= 0 && y >= 0 && x < mask.Width && y < mask.Height)) return 0;
        x -= 0.5f;
        y -= 0.5f;
        int left = (int)MathF.Floor(x), top = (int)MathF.Floor(y);
        float u = x - left, v = y - top;
        return ((At(left, top) * (1 - u) + At(left + 1, top) * u) * (1 - v) + (At(left, top + 1) * (1 - u) + At(left + 1, top + 1) * u) * v) / 255;

        float At(int column, int row) => mask.Values[Math.Clamp(row, 0, mask.Height - 1) * mask.Width + Math.Clamp(column, 0, mask.Width - 1)];
    }
}
