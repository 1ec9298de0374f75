using System.Numerics;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>
/// Lane lines as row anchors: for each row of the picture and each place of a line, counted from the own lane, the column in which the line crosses the row, or that it does not
/// (Qin et al., "Ultra Fast Structure-aware Deep Lane Detection", 2020).
/// </summary>
internal sealed class LaneTask(int width = LaneTask.UsualWidth, int height = LaneTask.UsualHeight) : IRoadTask
{
    /// <summary>The input of EdgeKit's own model.</summary>
    public const int UsualWidth = 384, UsualHeight = 224;

    /// <summary>Lines with a place on either side.</summary>
    public const int Side = 2;

    // Half a row: a line is expected in a row whose middle it misses by less, so that what is found is as long as the line on average.
    private const float Overhang = 0.5f;

    // Where a line ends is surer than a row's presence says, since one that is taken for its neighbour lacks presence all along. Chosen on scenes of seed 77.
    private const float LeastPresence = 0.1f;

    // Rows: presence is learned in whole ones.
    private const float Prolonged = 2;

    // Cells on either side of the best one that a column is the mean of: on scenes of seed 77 F1 is 0.018 higher than with 2.
    private const int Around = 7;

    // Cells. On scenes of seed 77 F1 is as with more, within 0.001, and ends that run astray on photographs are cut; one would cost 0.006.
    private const float Steadiness = 2;

    private const int Places = 2 * Side, Cell = RoadNetworks.LaneCell;

    private readonly int _cells = width / Cell, _rows = height / Cell;

    /// <summary>How EdgeKit's own model is trained.</summary>
    public static RoadTrainingOptions Usual { get; } = new() { Steps = 42_000, Batch = 8, Rate = 3e-3 };

    public string Name => "lanes";

    public Preprocessing Preprocessing => new()
    {
        Task = "lanes",
        Width = width,
        Height = height,
        Color = ColorOrder.Rgb,
        Fit = Fit.Stretch,
        Mean = [120, 120, 120],
        Std = [60, 60, 60],
        Decoder = new DecoderSettings { Kind = DecoderKinds.RowAnchors, Rows = [0.5f / _rows, 1 - 0.5f / _rows], Presence = LeastPresence, Steady = Steadiness, Prolong = Prolonged, Window = Around },
    };

    public int TargetLength => _rows * Places;

    public Graph CreateNetwork(int seed) => RoadNetworks.Lanes(width, height, Places, seed);

    /// <summary>Writes rows x places columns in cells, the middle of the first being 0; NaN where there is no line.</summary>
    public void Encode(RoadSample sample, Span<float> target)
    {
        target.Fill(float.NaN);
        foreach (SampleLane lane in sample.Lanes)
        {
            int place = lane.Position < 0 ? Side + lane.Position : Side - 1 + lane.Position;
            if (place is < 0 or >= Places) continue;
            for (int row = 0; row < _rows; row++)
            {
                float x = Crossing(lane.Points, (row + 0.5f) * Cell) / Cell;
                if (!float.IsNaN(x)) target[row * Places + place] = Math.Clamp(x - 0.5f, 0, _cells - 1);
            }
        }
    }

    /// <summary>Two halves, which learn at the same time.</summary>
    public IReadOnlyList<RoadPart> Parts(int batch) => batch > 1
        ? [new RoadPart(this, batch / 2, RoadView.Whole), new RoadPart(this, batch - batch / 2, RoadView.Whole)]
        : [new RoadPart(this, batch, RoadView.Whole)];

    /// <summary>Every row of every place counts alike.</summary>
    public double Weight(ReadOnlySpan<float> target) => target.Length;

    /// <summary>Cross-entropy over the cells of a row and the one for none; a column between the middles of two cells counts as both in proportion.</summary>
    public double Evaluate(ReadOnlySpan<float> output, ReadOnlySpan<float> target, double normaliser, Span<float> slope)
    {
        int positions = target.Length, none = _cells;
        float[] sum = new float[positions], most = new float[positions];
        for (int c = 0; c <= none; c++)
            for (int i = 0; i < positions; i++) most[i] = MathF.Max(most[i], output[c * positions + i]);
        for (int c = 0; c <= none; c++)
        {
            for (int i = 0; i < positions; i++)
            {
                float e = MathF.Exp(output[c * positions + i] - most[i]);
                slope[c * positions + i] = e;
                sum[i] += e;
            }
        }
        float factor = (float)(1 / normaliser);
        for (int i = 0; i < positions; i++) sum[i] = factor / sum[i];
        float[] log = new float[positions];
        for (int i = 0; i < positions; i++) log[i] = most[i] + MathF.Log(factor / sum[i]);
        for (int c = 0; c <= none; c++)
            for (int i = 0; i < positions; i++) slope[c * positions + i] *= sum[i];
        double loss = 0;
        for (int i = 0; i < positions; i++)
        {
            if (float.IsNaN(target[i]))
            {
                Take(none, i, 1, output, slope);
                continue;
            }
            int cell = (int)target[i];
            float share = target[i] - cell;
            Take(cell, i, 1 - share, output, slope);
            if (share > 0) Take(cell + 1, i, share, output, slope);
        }
        return loss * factor;

        void Take(int c, int i, float share, ReadOnlySpan<float> output, Span<float> slope)
        {
            loss += share * (log[i] - output[c * positions + i]);
            slope[c * positions + i] -= share * factor;
        }
    }

    /// <summary>Where a line crosses a row, the first time along it; NaN where it does not.</summary>
    private float Crossing(Vector2[] line, float y)
    {
        for (int i = 1; i < line.Length; i++)
        {
            Vector2 a = line[i - 1], b = line[i];
            float before = i == 1 ? Overhang * Cell : 0, behind = i == line.Length - 1 ? Overhang * Cell : 0;
            if (a.Y == b.Y) continue;
            float sign = MathF.Sign(a.Y - b.Y);
            if ((a.Y - y) * sign + before < 0 || (y - b.Y) * sign + behind < 0) continue;
            float x = a.X + (b.X - a.X) * (y - a.Y) / (b.Y - a.Y);
            // Prolonged over the side of the picture, it still says where it comes in.
            if ((a.Y - y) * sign < 0 || (y - b.Y) * sign < 0 || (x >= 0 && x <= width)) return x;
        }
        return float.NaN;
    }
}
