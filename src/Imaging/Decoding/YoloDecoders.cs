namespace EdgeKit.Imaging.Decoding;

/// <summary>The table that YOLOv5 to v8 exports end in: centre x, centre y, width, height in input pixels, then objectness (v5, v7) and class probabilities.</summary>
internal sealed class YoloTableDecoder : BoxDecoder
{
    private readonly HeadView _table;
    private readonly HeadView _classes;
    private readonly bool _hasObjectness;

    public YoloTableDecoder(DecoderContext context, bool hasObjectness)
        : base(context)
    {
        _hasObjectness = hasObjectness;
        _table = YoloTable.Of(context, hasObjectness ? 5 : 4);
        _classes = _table.ChannelsFrom(hasObjectness ? 5 : 4, _table.Channels - (hasObjectness ? 5 : 4));
    }

    protected override void Propose()
    {
        for (int i = 0; i < _table.Positions; i++) ProposeClasses(_classes, i, i, sigmoid: false, _hasObjectness ? _table[i, 4] : 1);
    }

    protected override (float Left, float Top, float Right, float Bottom) Box(int position) =>
        YoloTable.Edges(_table[position, 0], _table[position, 1], _table[position, 2], _table[position, 3]);
}

/// <summary>
/// YOLOX: [1, N, 5 + classes] over all levels, rows first. Unless "decoded", the centre is (cell + number) * stride and the size e^number * stride (Ge et al., "YOLOX", 2021).
/// </summary>
internal sealed class YoloXDecoder : BoxDecoder
{
    private readonly HeadView _table;
    private readonly Level[] _levels;
    private readonly bool _decoded;

    public YoloXDecoder(DecoderContext context)
        : base(context)
    {
        _decoded = context.Settings.Decoded ?? false;
        IReadOnlyList<int> strides = context.Strides(8, 16, 32);
        int[] positions = [.. strides.Select(s => context.Grid(s)).Select(static g => g.Columns * g.Rows)];
        _ = context.SingleOutput;
        _table = context.View(0, positions.Sum()) is { Channels: > 5 } table ? table : throw context.Unfit($"one output of 1x{positions.Sum()}x(5+classes)");
        context.RequireClasses(_table.Channels - 5);
        _levels = new Level[strides.Count];
        for (int l = 0, first = 0; l < _levels.Length; first += positions[l++])
        {
            HeadView own = _table.PositionsFrom(first, positions[l]);
            _levels[l] = new Level(strides[l], context.Grid(strides[l]).Columns, first, own.ChannelsFrom(5, own.Channels - 5), own);
        }
    }

    protected override void Propose()
    {
        foreach (ref readonly Level level in _levels.AsSpan())
            for (int i = 0; i < level.Boxes.Positions; i++) ProposeClasses(level.Scores, i, level.First + i, sigmoid: false, level.Boxes[i, 4]);
    }

    protected override Cell? CellOf(int position) => Level.CellOf(_levels, position);

    protected override (float Left, float Top, float Right, float Bottom) Box(int position)
    {
        float x = _table[position, 0], y = _table[position, 1], width = _table[position, 2], height = _table[position, 3];
        if (_decoded) return YoloTable.Edges(x, y, width, height);
        ref readonly Level level = ref Level.Of(_levels, position);
        int i = position - level.First;
        return YoloTable.Edges((i % level.Columns + x) * level.Stride, (i / level.Columns + y) * level.Stride, MathF.Exp(width) * level.Stride, MathF.Exp(height) * level.Stride);
    }
}

/// <summary>
/// The heads of YOLOv5 before decoding, an output a level, [1, anchors * (5 + classes), H, W] or [1, anchors, H, W, 5 + classes], all of it logits: centre = (2 s - 0.5 + cell) *
/// stride, size = (2 s)^2 * anchor, s being the sigmoid.
/// </summary>
internal sealed class YoloAnchorDecoder : BoxDecoder
{
    private readonly Level[] _levels;
    private readonly (float Width, float Height)[] _anchors;

    public YoloAnchorDecoder(DecoderContext context)
        : base(context)
    {
        (IReadOnlyList<int> strides, IReadOnlyList<IReadOnlyList<float>> anchors) = Anchors.Of(context.Preprocessing, context.Settings)!.Value;
        if (context.Outputs.Count != strides.Count || anchors.Count != strides.Count || anchors.Any(static a => a.Count is 0 || a.Count % 2 != 0))
            throw context.Unfit($"an output and a list of anchors for each of the strides {string.Join(", ", strides)}");
        var levels = new List<Level>();
        var sizes = new List<(float, float)>();
        int first = 0;
        for (int l = 0; l < strides.Count; l++)
        {
            (int columns, int rows) = context.Grid(strides[l]);
            for (int a = 0; a < anchors[l].Count / 2; a++, first += columns * rows)
            {
                HeadView head = OfAnchor(context, l, a, anchors[l].Count / 2, columns, rows);
                context.RequireClasses(head.Channels - 5);
                levels.Add(new Level(strides[l], columns, first, head.ChannelsFrom(5, head.Channels - 5), head));
                sizes.Add((anchors[l][2 * a], anchors[l][2 * a + 1]));
            }
        }
        _levels = [.. levels];
        _anchors = [.. sizes];
    }

    protected override void Propose()
    {
        foreach (ref readonly Level level in _levels.AsSpan())
            for (int i = 0; i < level.Boxes.Positions; i++) ProposeClasses(level.Scores, i, level.First + i, sigmoid: true, Functions.Sigmoid(level.Boxes[i, 4]));
    }

    protected override Cell? CellOf(int position) => Level.CellOf(_levels, position);

    protected override (float Left, float Top, float Right, float Bottom) Box(int position)
    {
        int l = _levels.Length - 1;
        while (_levels[l].First > position) l--;
        ref readonly Level level = ref _levels[l];
        int i = position - level.First;
        float x = (2 * Functions.Sigmoid(level.Boxes[i, 0]) - 0.5f + i % level.Columns) * level.Stride, y = (2 * Functions.Sigmoid(level.Boxes[i, 1]) - 0.5f + i / level.Columns) * level.Stride;
        float width = 2 * Functions.Sigmoid(level.Boxes[i, 2]), height = 2 * Functions.Sigmoid(level.Boxes[i, 3]);
        return YoloTable.Edges(x, y, width * width * _anchors[l].Width, height * height * _anchors[l].Height);
    }

    private static HeadView OfAnchor(DecoderContext context, int output, int anchor, int anchors, int columns, int rows)
    {
        float[] values = context.Values[output];
        int cells = columns * rows;
        IReadOnlyList<int> dims = context.Outputs[output].Dims;
        if (dims is [1, int a, int h, int w, > 5 and int each] && a == anchors && h == rows && w == columns)
            return new HeadView(values, anchor * cells * each, cells, each, each, 1);
        if (dims is [1, int channels, int height, int width] && height == rows && width == columns && channels % anchors == 0 && channels / anchors > 5)
            return new HeadView(values, anchor * (channels / anchors) * cells, cells, channels / anchors, 1, cells);
        throw context.Unfit($"output {output} of 1x({anchors}*(5+classes))x{rows}x{columns}");
    }
}

/// <summary>What the tables share.</summary>
internal static class YoloTable
{
    /// <summary>The only output, [1, N, before + classes] or transposed: the axis of the classes is the one that fits the labels, else the shorter one.</summary>
    public static HeadView Of(DecoderContext context, int before)
    {
        if (context.SingleOutput.Dims is not [1, int a, int b]) throw Unfit();
        int channels = before + context.Labels.Count;
        int positions = context.Labels.Count == 0 ? Math.Max(a, b) : b == channels ? a : a == channels ? b : throw Unfit();
        HeadView view = HeadView.Of(context.Values[0], context.Outputs[0].Dims, positions)!.Value;
        return view.Channels > before ? view : throw Unfit();

        ImageException Unfit() => context.Unfit($"one output of 1xNx({before}+classes)");
    }

    public static (float Left, float Top, float Right, float Bottom) Edges(float x, float y, float width, float height) => (x - width / 2, y - height / 2, x + width / 2, y + height / 2);
}
