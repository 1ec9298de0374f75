namespace EdgeKit.Imaging.Decoding;

/// <summary>
/// FastestDet: one grid of [1, 1 + 4 + classes, H, W]. Score = objectness^0.6 * class^0.4; the centre is the cell's corner plus the hyperbolic tangent of the first two
/// box channels, in cells; width and height are the sigmoids of the others, as shares of the input.
/// </summary>
internal sealed class FastestDetDecoder : BoxDecoder
{
    private const int BoxChannels = 4;

    private readonly HeadView _head;
    private readonly HeadView _classes;
    private readonly int _columns, _rows;

    public FastestDetDecoder(DecoderContext context)
        : base(context, score: 0.5f)
    {
        if (context.SingleOutput.Dims is not [1, > 1 + BoxChannels, int rows, int columns]) throw context.Unfit("one output of 1x(5+classes)xHxW");
        (_columns, _rows) = (columns, rows);
        _head = context.View(0, rows * columns)!.Value;
        _classes = _head.ChannelsFrom(1 + BoxChannels, _head.Channels - 1 - BoxChannels);
        context.RequireClasses(_classes.Channels);
    }

    protected override void Propose()
    {
        for (int i = 0; i < _head.Positions; i++)
        {
            int best = Functions.Best(_classes, i);
            Propose(best, MathF.Pow(_head[i, 0], 0.6f) * MathF.Pow(_classes[i, best], 0.4f), i);
        }
    }

    protected override (float Left, float Top, float Right, float Bottom) Box(int position)
    {
        float x = (position % _columns + MathF.Tanh(_head[position, 1])) / _columns * Input.Width;
        float y = (position / _columns + MathF.Tanh(_head[position, 2])) / _rows * Input.Height;
        float halfWidth = Functions.Sigmoid(_head[position, 3]) * Input.Width / 2, halfHeight = Functions.Sigmoid(_head[position, 4]) * Input.Height / 2;
        return (x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
    }
}
