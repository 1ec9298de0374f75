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

    // Points of an end that say where it leads.
    private const int EndPoints = 3;

    // Points in a row that do not go on from those before them, after which a line has ended.
    private const int MostMissed = 3;

    private readonly HeadView _cells, _all;
    private readonly HeadView? _presence;
    private readonly float[] _rows;
    private readonly int _lanes, _window;
    private readonly float _score, _leastPresence, _center, _prolong;
    private readonly float? _steady;
    private readonly float[] _columns, _weights;
    private readonly Vector2[] _points;

    public RowAnchorDecoder(DecoderContext context)
        : this(context, LanesOf(context))
    {
    }

    private RowAnchorDecoder(DecoderContext context, (int Location, int Presence, int Rows, int Lanes) shape)
        : base(context, new Findings(0, 0, shape.Lanes, shape.Lanes * (shape.Rows + 2), []))
    {
        _all = context.View(shape.Location, shape.Rows * shape.Lanes)!.Value;
        _presence = shape.Presence < 0 ? null : context.View(shape.Presence, shape.Rows * shape.Lanes)!.Value;
        _cells = _presence is null ? _all.ChannelsFrom(0, _all.Channels - 1) : _all;
        _lanes = shape.Lanes;
        _rows = Rows(context, shape.Rows);
        _points = new Vector2[shape.Rows + 2];
        (_columns, _weights) = (new float[shape.Rows], new float[shape.Rows]);
        _steady = context.Settings.Steady;
        _prolong = context.Settings.Prolong ?? 0;
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
            Read(lane);
            if (_steady is { } steady) Straighten(steady);
            int count = 0;
            float sum = 0;
            for (int k = 0; k < _rows.Length; k++)
            {
                int row = fromTop ? _rows.Length - 1 - k : k;
                if (float.IsNaN(_columns[row])) continue;
                // The first place is for where the line is prolonged to.
                _points[1 + count++] = placement.Place((_columns[row] + _center) / _cells.Channels * Input.Width, _rows[row] * Input.Height);
                sum += _weights[row];
            }
            if (count < 2 || !(sum / count >= _score)) continue;
            Span<Vector2> points = _points.AsSpan(1, count);
            if (_prolong > 0)
            {
                float height = _prolong * MathF.Abs(placement.Place(0, _rows[^1] * Input.Height).Y - placement.Place(0, _rows[0] * Input.Height).Y) / (_rows.Length - 1);
                Vector2 near = Beyond(points[0], points[Math.Min(EndPoints, count) - 1], height), far = Beyond(points[^1], points[^Math.Min(EndPoints, count)], height);
                points = _points.AsSpan(0, count + 2);
                (points[0], points[^1]) = (near, far);
            }
            Findings.AddLane(points, MathF.Min(1, sum / count));
        }
    }

    /// <summary>Where a line that comes from one point through its last one leads.</summary>
    private static Vector2 Beyond(Vector2 last, Vector2 from, float height) => last.Y == from.Y ? last : last + (last - from) * (height / MathF.Abs(last.Y - from.Y));

    /// <summary>Reads the columns of a lane, NaN in rows that it does not cross, and how sure they are.</summary>
    private void Read(int lane)
    {
        for (int row = 0; row < _rows.Length; row++)
        {
            float presence = Presence(row * _lanes + lane);
            (float column, float share) = presence >= _leastPresence ? Column(row * _lanes + lane) : (float.NaN, 0);
            _columns[row] = float.IsFinite(column) ? column : float.NaN;
            _weights[row] = presence * share;
        }
    }

    /// <summary>Drops the points that do not go on from those before them, from the surest row outwards.</summary>
    private void Straighten(float steady)
    {
        int surest = -1;
        for (int row = 0; row < _rows.Length; row++)
            if (!float.IsNaN(_columns[row]) && (surest < 0 || _weights[row] > _weights[surest])) surest = row;
        if (surest < 0) return;
        // The slope at the surest row, from whichever neighbours it has.
        int below = surest > 0 && !float.IsNaN(_columns[surest - 1]) ? surest - 1 : surest, above = surest + 1 < _rows.Length && !float.IsNaN(_columns[surest + 1]) ? surest + 1 : surest;
        float slope = above > below ? (_columns[above] - _columns[below]) / (above - below) : 0;
        Follow(surest, 1, slope, steady);
        Follow(surest, -1, slope, steady);
    }

    private void Follow(int from, int step, float slope, float steady)
    {
        int last = from, missed = 0;
        for (int row = from + step; row >= 0 && row < _rows.Length; row += step)
        {
            if (float.IsNaN(_columns[row])) continue;
            int rows = row - last;
            float away = MathF.Abs(_columns[row] - _columns[last] - slope * rows);
            // Steep lines, which run along the rows, are known less well.
            if (missed < MostMissed && away <= (steady + MathF.Abs(slope) / 2) * Math.Abs(rows))
            {
                slope = (_columns[row] - _columns[last]) / rows;
                (last, missed) = (row, 0);
                continue;
            }
            _columns[row] = float.NaN;
            missed++;
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
