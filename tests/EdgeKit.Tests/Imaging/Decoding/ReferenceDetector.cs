using EdgeKit.Imaging.Decoding;
using Xunit;

namespace EdgeKit.Tests.Imaging.Decoding;

/// <summary>A box in double precision.</summary>
internal sealed record ReferenceBox(int Class, double Score, double X1, double Y1, double X2, double Y2)
{
    public static ReferenceBox Centred(int c, double score, double x, double y, double w, double h) => new(c, score, x - w / 2, y - h / 2, x + w / 2, y + h / 2);

    public double Overlap(ReferenceBox o)
    {
        double w = Math.Max(0, Math.Min(X2, o.X2) - Math.Max(X1, o.X1)), h = Math.Max(0, Math.Min(Y2, o.Y2) - Math.Max(Y1, o.Y1));
        return w * h / ((X2 - X1) * (Y2 - Y1) + (o.X2 - o.X1) * (o.Y2 - o.Y1) - w * h);
    }
}

/// <summary>Suppression and comparison the slow way: lists, double precision.</summary>
internal static class ReferenceDetector
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>Takes the best box, drops what it covers, and again.</summary>
    public static List<ReferenceBox> Select(IEnumerable<ReferenceBox> all, double score, double iou, int width, int height)
    {
        List<ReferenceBox> left = [.. all.Where(b => b.Score >= score)
            .Select(b => b with { X1 = Math.Clamp(b.X1, 0, width), X2 = Math.Clamp(b.X2, 0, width), Y1 = Math.Clamp(b.Y1, 0, height), Y2 = Math.Clamp(b.Y2, 0, height) })
            .Where(static b => b.X2 > b.X1 && b.Y2 > b.Y1)];
        List<ReferenceBox> kept = [];
        while (left.Count > 0)
        {
            ReferenceBox best = left.MaxBy(static b => b.Score)!;
            kept.Add(best);
            left.RemoveAll(b => ReferenceEquals(b, best) || (b.Class == best.Class && b.Overlap(best) > iou));
        }
        return kept;
    }

    public static void Equal(List<ReferenceBox> expected, ReadOnlySpan<Detection> actual)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(expected[i].Class, actual[i].Class);
            Assert.Equal(expected[i].Score, actual[i].Score, 1e-5);
            Assert.Equal(expected[i].X1, actual[i].Left, 1e-3);
            Assert.Equal(expected[i].Y1, actual[i].Top, 1e-3);
            Assert.Equal(expected[i].X2, actual[i].Right, 1e-3);
            Assert.Equal(expected[i].Y2, actual[i].Bottom, 1e-3);
        }
    }
}
