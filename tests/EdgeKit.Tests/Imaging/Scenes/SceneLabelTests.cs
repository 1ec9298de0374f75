using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;
using Xunit;

namespace EdgeKit.Tests.Imaging.Scenes;

/// <summary>Labels against pixels: the oracle is the picture.</summary>
public class SceneLabelTests
{
    private const int Width = 640, Height = 384;

    [Fact]
    public void Paint_lies_on_the_labelled_lines()
    {
        int lines = 0, rows = 0;
        for (ulong seed = 0; seed < 60; seed++)
        {
            (Frame frame, SceneLabels labels) = SceneRenderer.Render(seed, Width, Height, SceneOptions.Bare);
            Frame unpainted = SceneRenderer.Render(seed, Width, Height, SceneOptions.Bare with { LanePaint = false }).Frame;
            foreach (LaneLine lane in labels.Lanes.Where(static l => l.Kind == LineKind.Solid && l.Side != LaneSide.None))
            {
                int near = 0;
                for (int y = 0; y < Height; y++)
                {
                    float x = SceneTests.At(lane, y + 0.5f);
                    // Lines that lie flat in the picture have no middle in a row, and a cut one not its own.
                    if (float.IsNaN(x) || x < 40 || x > Width - 40 || MathF.Abs(SceneTests.At(lane, y + 1.5f) - x) > 3) continue;
                    // Other lines disturb the measurement near the vanishing point, where their paint goes on a little after the label has ended.
                    if (labels.Lanes.Any(other => other != lane && (MathF.Abs(SceneTests.At(other, y + 0.5f) - x) < 60 || MathF.Abs(other.Points[^1].X - x) < 60 && MathF.Abs(other.Points[^1].Y - y) < 12))) continue;
                    if (Middle(frame, unpainted, y, x) is not { } middle) continue;
                    rows++;
                    near++;
                    Assert.True(MathF.Abs(middle - x) <= 1.5f, $"seed {seed}, row {y}: paint at {middle}, label at {x}");
                }
                if (near > 5) lines++;
            }
        }
        Assert.True(lines > 40 && rows > 2000, $"{lines} lines, {rows} rows");
    }

    [Fact]
    public void A_box_holds_all_that_its_object_changes_and_is_tight()
    {
        int compared = 0, tight = 0;
        SceneOptions options = SceneOptions.Default with { Shadows = false, Weather = false, Foreground = false, Imperfections = false };
        for (ulong seed = 0; seed < 40; seed++)
        {
            (Frame with, SceneLabels labels) = SceneRenderer.Render(seed, 320, 192, options);
            for (int omit = 0; omit < Math.Min(labels.Objects.Count, 4); omit++)
            {
                (Frame without, SceneLabels fewer) = SceneRenderer.Render(seed, 320, 192, options with { Omit = omit });
                SceneObject[] gone = [.. labels.Objects.Where(o => !fewer.Objects.Any(f => f.Kind == o.Kind && f.Left == o.Left && f.Top == o.Top && f.Right == o.Right && f.Bottom == o.Bottom))];
                // Poles stay with the picture of lights and signs, and lamps shine around.
                if (gone is not [{ Kind: SceneObjectKind.Vehicle or SceneObjectKind.Person or SceneObjectKind.Cyclist } item]) continue;
                (int left, int top, int right, int bottom) = Changed(with, without);
                if (right < left) continue;
                compared++;
                Assert.True(left >= item.Left - 1 && right + 1 <= item.Right + 1 && top >= item.Top - 1 && bottom + 1 <= item.Bottom + 1,
                    $"seed {seed}: {item} changes {left},{top}..{right},{bottom}");
                if (item.Visible < 0.999f) continue;
                tight++;
                Assert.True(left <= item.Left + 2 && right + 1 >= item.Right - 2 && top <= item.Top + 2 && bottom + 1 >= item.Bottom - 2,
                    $"seed {seed}: {item} changes only {left},{top}..{right},{bottom}");
            }
        }
        Assert.True(compared > 20 && tight > 8, $"{compared} compared, {tight} wholly visible");
    }

    [Fact]
    public void Scenes_hold_every_kind_of_object_line_and_weather()
    {
        SceneLabels[] all = [.. Enumerable.Range(0, 400).Select(static i => SceneRenderer.Render((ulong)i, 96, 64).Labels)];
        foreach (SceneObjectKind kind in Enum.GetValues<SceneObjectKind>()) Assert.Contains(all, s => s.Objects.Any(o => o.Kind == kind));
        foreach (LineKind kind in Enum.GetValues<LineKind>()) Assert.Contains(all, s => s.Lanes.Any(l => l.Kind == kind));
        foreach (LineColour colour in Enum.GetValues<LineColour>()) Assert.Contains(all, s => s.Lanes.Any(l => l.Colour == colour));
        Assert.Contains(all, static s => s.Night);
        Assert.Contains(all, static s => s.Wet);
        Assert.Contains(all, static s => s.Fog);
        Assert.InRange(all.Count(static s => s.Lanes.Any(static l => l.Side == LaneSide.Left) && s.Lanes.Any(static l => l.Side == LaneSide.Right)), 200, 400);
    }

    /// <summary>The middle of what paint changes around <paramref name="x"/>; null where that is little.</summary>
    private static float? Middle(Frame painted, Frame unpainted, int y, float x)
    {
        const int Around = 28;
        float sum = 0, moment = 0;
        for (int i = (int)x - Around; i <= (int)x + Around; i++)
        {
            float weight = painted.Row(y)[i * 3] - unpainted.Row(y)[i * 3];
            sum += weight;
            moment += weight * (i + 0.5f);
        }
        return sum < 60 ? null : moment / sum;
    }

    private static (int Left, int Top, int Right, int Bottom) Changed(Frame a, Frame b)
    {
        (int left, int top, int right, int bottom) = (int.MaxValue, int.MaxValue, -1, -1);
        for (int y = 0; y < a.Height; y++)
        {
            for (int x = 0; x < a.Width; x++)
            {
                if (a.Row(y).Slice(x * 3, 3).SequenceEqual(b.Row(y).Slice(x * 3, 3))) continue;
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
            }
        }
        return (left, top, right, bottom);
    }
}
