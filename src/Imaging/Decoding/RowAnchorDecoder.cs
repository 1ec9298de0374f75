using System.Numerics;

namespace EdgeKit.Imaging.Decoding;

/// <summary>
/// Lanes as one column for each row anchor (Qin et al., "Ultra Fast Structure-aware Deep Lane Detection", 2020): [1, cells + 1, rows, lanes], the last cell meaning that the lane
/// does not cross the row; or [1, cells, rows, lanes] with [1, 2, rows, lanes], the logits of absence and presence. The column is the mean of the cells under their softmax: of all, or of
/// those around the best (Qin et al., "Ultra Fast Deep Lane Detection with Hybrid Anchor Driven Ordinal Classification", 2022).
/// </summary>
internal sealed class RowAnchorDecoder : ModelDecoder
{
    private const float UsualScore = 0.5f, UsualPresence = 0.5f;

    private readonly HeadView _cells, _all;
    private readonly HeadView? _presence;
    private readonly float[] _rows;
    private readonly int _lanes, _window;
    private readonly float _score, _leastPresence, _center;
    private readonly Vector2[] _points;

    public RowAnchorDecoder(DecoderContext context)
        : this(context, LanesOf(context))
    {
    }

    private RowAnchorDecoder(DecoderContext context, (int Location, int Presence, int Rows, int Lanes) shape)
        : base(context, new Findings(0, 0, shape.Lanes, shape.Lanes * shape.Rows, []))
    {
        _all = context.View(shape.Location, shape.Rows * shape.Lanes)!.Value;
        _presence = shape.Presence < 0 ? null : context.View(shape.Presence, shape.Rows * shape.Lanes)!.Value;
        _cells = _presence is null ? _all.ChannelsFrom(0, _all.Channels - 1) : _all;
        _lanes = shape.Lanes;
        _rows = Rows(context, shape.Rows);
        _points = new Vector2[shape.Rows];
        _score = context.Settings.Score ?? UsualScore;
        _leastPresence = context.Settings.Presence ?? UsualPresence;
        _window = context.Settings.Window ?? _cells.Channels;
        _center = context.Settings.Center ?? 0.5f;
    }

    public override bool FindsLanes => true;

    private protected override void Find(Placement placement)
    {
        bool fromTop = _rows[^1] > _rows[0];
        for (int lane = 0; lane < _lanes; lane++)
        {
            int count = 0;
            float sum = 0;
            for (int k = 0; k < _rows.Length; k++)
            {
                int row = fromTop ? _rows.Length - 1 - k : k, position = row * _lanes + lane;
                float presence = Presence(position);
                if (!(presence >= _leastPresence)) continue;
                (float column, float share) = Column(position);
                float x = (column + _center) / _cells.Channels * Input.Width;
                if (!float.IsFinite(x)) continue;
                _points[count++] = placement.Place(x, _rows[row] * Input.Height);
                sum += presence * share;
            }
            if (count >= 2 && sum / count >= _score) Findings.AddLane(_points.AsSpan(0, count), MathF.Min(1, sum / count));
        }
    }

    /// <summary>The mean of the cells in the window around the best one, and the share of the probability of all cells that lies in it: a line that may be anywhere is none to rely on.</summary>
    private (float Column, float Share) Column(int position)
    {
        int best = Functions.Best(_cells, position), first = Math.Max(0, best - _window), last = Math.Min(_cells.Channels - 1, best + _window);
        float all = 0, within = 0;
        for (int c = 0; c < _cells.Channels; c++)
        {
            float weight = MathF.Exp(_cells[position, c] - _cells[position, best]);
            all += weight;
            if (c >= first && c <= last) within += weight;
        }
        return (first + Functions.Expectation(_cells, position, first, last - first + 1), within / all);
    }

    private float Presence(int position) => _presence is { } presence
        ? Functions.Sigmoid(presence[position, 1] - presence[position, 0])
        : 1 - Functions.Softmax(_all, position, _all.Channels - 1);

    private static (int Location, int Presence, int Rows, int Lanes) LanesOf(DecoderContext context)
    {
        (int location, int presence) = context.Outputs switch
        {
            [_] => (0, -1),
            [{ Dims: [1, 2, _, _] }, _] => (1, 0),
            [_, { Dims: [1, 2, _, _] }] => (0, 1),
            _ => throw Unfit(),
        };
        if (context.Outputs[location].Dims is not [1, > 2, int rows and > 1, int lanes]) throw Unfit();
        if (presence >= 0 && !(context.Outputs[presence].Dims is [1, 2, int r, int l] && r == rows && l == lanes)) throw Unfit();
        return (location, presence, rows, lanes);

        ImageException Unfit() => context.Unfit("an output of 1x(cells+1)x(rows)x(lanes), or two, 1x(cells)x(rows)x(lanes) and 1x2x(rows)x(lanes),");
    }

    private static float[] Rows(DecoderContext context, int count) => context.Settings.Rows switch
    {
        { } rows when rows.Count == count => [.. rows],
        [float first, float last] => [.. Enumerable.Range(0, count).Select(i => first + (last - first) * i / (count - 1))],
        _ => throw new ImageException($"{context.Name}: decoder \"{context.Settings.Kind}\" needs \"rows\": the heights of the {count} rows as shares of the input's height, or of the first and the last"),
    };
}
