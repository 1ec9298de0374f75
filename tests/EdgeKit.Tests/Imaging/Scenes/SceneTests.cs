using System.Numerics;
using System.Security.Cryptography;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;
using Xunit;

namespace EdgeKit.Tests.Imaging.Scenes;

public class SceneTests
{
    [Fact]
    public void Every_machine_and_thread_gives_the_same_bytes()
    {
        byte[][] frames = new byte[24][];
        Parallel.For(0, frames.Length, i => frames[i] = SceneRenderer.Render((ulong)i, 96, 64).Frame.Pixels);
        for (int i = 0; i < frames.Length; i++) Assert.Equal(SceneRenderer.Render((ulong)i, 96, 64).Frame.Pixels, frames[i]);
        // Changes with the renderer only.
        Assert.Equal("B03EC560646B32B4", Convert.ToHexString(SHA256.HashData([.. frames.SelectMany(static f => f)]))[..16]);
    }

    [Fact]
    public void Another_size_shows_the_same_scene()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            SceneLabels small = SceneRenderer.Render(seed, 160, 96).Labels, large = SceneRenderer.Render(seed, 320, 192).Labels;
            Assert.Equal(small.Night, large.Night);
            foreach (LaneLine lane in small.Lanes)
            {
                LaneLine[] same = [.. large.Lanes.Where(l => l.Position == lane.Position && l.Kind == lane.Kind)];
                Assert.Contains(same, l => MathF.Abs(l.Points[0].X / 2 - lane.Points[0].X) < 3 && MathF.Abs(l.Points[0].Y / 2 - lane.Points[0].Y) < 3);
            }
        }
    }

    [Fact]
    public void Labels_stay_in_range_for_thousands_of_seeds_and_odd_sizes()
    {
        (int Width, int Height)[] sizes = [(48, 32), (64, 48), (16, 16), (37, 61), (120, 24), (24, 120)];
        Parallel.For(0, 3000, i =>
        {
            (int width, int height) = sizes[i % sizes.Length];
            SceneOptions options = SceneOptions.Default with { Drivable = i % 5 == 0 };
            (Frame frame, SceneLabels labels) = SceneRenderer.Render(0xFEED_0000_0000UL + (ulong)i, width, height, options);
            Assert.Equal((width, height), (frame.Width, frame.Height));
            Assert.Equal(options.Drivable ? width * height : 0, labels.Drivable?.Length ?? 0);
            foreach (LaneLine lane in labels.Lanes)
            {
                Assert.True(lane.Points.Count >= 2);
                Assert.NotEqual(0, lane.Position);
                Assert.All(lane.Points, p => Assert.True(p.X >= 0 && p.X <= width && p.Y >= 0 && p.Y <= height));
            }
            Assert.True(labels.Lanes.Count(static l => l.Side == LaneSide.Left) <= 2);
            foreach (SceneObject item in labels.Objects)
            {
                Assert.True(item.Left >= 0 && item.Left < item.Right && item.Right <= width);
                Assert.True(item.Top >= 0 && item.Top < item.Bottom && item.Bottom <= height);
                Assert.InRange(item.Visible, float.Epsilon, 1);
                Assert.InRange(item.Inside, float.Epsilon, 1);
            }
        });
    }

    [Theory]
    [InlineData(15, 96)]
    [InlineData(96, 15)]
    [InlineData(5000, 96)]
    public void A_size_out_of_range_is_refused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneRenderer.Render(1, width, height));

    [Fact]
    public void What_an_option_leaves_out_changes_no_lane()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            SceneOptions all = SceneOptions.Default with { Weather = false, Foreground = false };
            IReadOnlyList<LaneLine> lanes = SceneRenderer.Render(seed, 96, 64, all).Labels.Lanes;
            foreach (SceneOptions fewer in new[] { all with { Traffic = false }, all with { Surroundings = false }, all with { Wear = false, Marks = false, Shadows = false }, all with { Imperfections = false } })
            {
                IReadOnlyList<LaneLine> others = SceneRenderer.Render(seed, 96, 64, fewer).Labels.Lanes;
                Assert.Equal(lanes.Count, others.Count);
                for (int i = 0; i < lanes.Count; i++) Assert.Equal(lanes[i].Points, others[i].Points);
            }
        }
    }

    [Fact]
    public void Drivable_pixels_lie_below_the_ends_of_the_own_lane()
    {
        int scenes = 0;
        for (ulong seed = 0; seed < 40; seed++)
        {
            (_, SceneLabels labels) = SceneRenderer.Render(seed, 96, 64, SceneOptions.Bare with { Drivable = true });
            LaneLine? left = labels.Lanes.FirstOrDefault(static l => l.Side == LaneSide.Left), right = labels.Lanes.FirstOrDefault(static l => l.Side == LaneSide.Right);
            if (left is null || right is null) continue;
            scenes++;
            int row = 60;
            float from = At(left, row + 0.5f), to = At(right, row + 0.5f);
            for (int x = (int)Math.Max(from + 1, 0); x < Math.Min(to - 1, 96); x++) Assert.Equal(1, labels.Drivable![row * 96 + x]);
        }
        Assert.True(scenes > 10);
    }

    /// <summary>Where a line crosses a row; NaN where it does not.</summary>
    internal static float At(LaneLine lane, float y)
    {
        for (int i = 1; i < lane.Points.Count; i++)
        {
            Vector2 a = lane.Points[i - 1], b = lane.Points[i];
            if (a.Y != b.Y && (a.Y - y) * (b.Y - y) <= 0) return a.X + (b.X - a.X) * ((y - a.Y) / (b.Y - a.Y));
        }
        return float.NaN;
    }
}
