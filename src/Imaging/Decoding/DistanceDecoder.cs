namespace EdgeKit.Imaging.Decoding;

/// <summary>How a detector that regresses distances lays out its numbers.</summary>
internal enum DistanceForm
{
    NanoDet,
    Fcos,
    YoloV8,
}

/// <summary>
/// Anchor-free detectors that give each position its distances to the four sides of the box (left, top, right, bottom) in strides: plain numbers (FCOS), or the logits of a
/// distribution over 0, 1, 2, ... whose mean is the distance (Li et al., "Generalized Focal Loss", 2020). Outputs, of each level: scores and distances apart, or one after the
/// other; or of all levels together.
/// </summary>
internal sealed class DistanceDecoder : BoxDecoder
{
    private const int Sides = 4;

    private readonly Level[] _levels;
    private readonly float _center;
    private readonly bool _sigmoid;
    private readonly int _bins;

    public DistanceDecoder(DecoderContext context, DistanceForm form)
        : base(context, multiLabel: form == DistanceForm.NanoDet)
    {
        _center = context.Settings.Center ?? 0.5f;
        _sigmoid = (context.Settings.Activation ?? (form == DistanceForm.NanoDet ? ScoreActivation.None : ScoreActivation.Sigmoid)) == ScoreActivation.Sigmoid;
        _levels = DistanceLevels.Find(context, boxesFirst: form == DistanceForm.YoloV8);
        context.RequireClasses(_levels[0].Scores.Channels);
        _bins = _levels[0].Boxes.Channels / Sides;
    }

    protected override void Propose()
    {
        foreach (ref readonly Level level in _levels.AsSpan())
            for (int i = 0; i < level.Scores.Positions; i++) ProposeClasses(level.Scores, i, level.First + i, _sigmoid);
    }

    protected override Cell? CellOf(int position) => Level.CellOf(_levels, position);

    protected override (float Left, float Top, float Right, float Bottom) Box(int position)
    {
        ref readonly Level level = ref Level.Of(_levels, position);
        int i = position - level.First;
        float x = (i % level.Columns + _center) * level.Stride, y = (i / level.Columns + _center) * level.Stride;
        return (x - Distance(level, i, 0), y - Distance(level, i, 1), x + Distance(level, i, 2), y + Distance(level, i, 3));
    }

    private float Distance(in Level level, int i, int side) =>
        level.Stride * (_bins == 1 ? level.Boxes[i, side] : Functions.Expectation(level.Boxes, i, side * _bins, _bins));
}
