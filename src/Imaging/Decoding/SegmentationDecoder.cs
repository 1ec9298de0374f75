namespace EdgeKit.Imaging.Decoding;

/// <summary>
/// Masks: outputs of [1,C,H,W], with C = 1 a probability (or a logit, see <see cref="DecoderSettings.Activation"/>), else a logit for each class, class 0 being the background.
/// The output that is named "lanes", or as the settings say, also yields lane lines.
/// </summary>
internal sealed class SegmentationDecoder : ModelDecoder
{
    private const float UsualScore = 0.5f;
    private const int MostClasses = 256;
    private const string UsualLanes = "lanes";

    private readonly Head[] _heads;
    private readonly LaneTracer? _tracer;
    private readonly Mask? _lanes;

    public SegmentationDecoder(DecoderContext context)
        : this(context, [.. context.Outputs.Select((_, i) => HeadOf(context, i))])
    {
    }

    private SegmentationDecoder(DecoderContext context, Head[] heads)
        : base(context, new Findings(0, 0, LaneTracer.MaxLanes, LaneTracer.MaxLanes * LaneTracer.MaxRows, [.. heads.SelectMany(static h => h.Masks)]))
    {
        _heads = heads;
        string lanes = context.Settings.Lanes ?? UsualLanes;
        _lanes = Findings.Masks.FirstOrDefault(m => m.Name == lanes);
        if (_lanes is null && context.Settings.Lanes is not null) throw context.Unfit($"an output that its preprocessing names \"{lanes}\"");
        if (_lanes is not null) _tracer = new LaneTracer(_lanes);
    }

    public override bool FindsLanes => _tracer is not null;

    private protected override void Find(Placement placement)
    {
        foreach (Head head in _heads) Fill(head, placement.Mapping);
        _tracer?.Trace(placement, Findings);
    }

    private void Fill(Head head, ImageMapping mapping)
    {
        foreach (Mask mask in head.Masks)
        {
            float x = (float)mask.Width / Input.Width, y = (float)mask.Height / Input.Height;
            mask.Mapping = new ImageMapping(mapping.ScaleX * x, mapping.ScaleY * y, mapping.OffsetX * x, mapping.OffsetY * y);
        }
        HeadView view = head.View;
        for (int i = 0; i < view.Positions; i++)
        {
            if (view.Channels == 1) head.Masks[0].Values[i] = ToByte(head.Sigmoid ? Functions.Sigmoid(view[i, 0]) : view[i, 0]);
            else if (view.Channels == 2) head.Masks[0].Values[i] = ToByte(Functions.Sigmoid(view[i, 1] - view[i, 0]));
            else for (int c = 1; c < view.Channels; c++) head.Masks[c - 1].Values[i] = ToByte(Functions.Softmax(view, i, c));
        }
    }

    // NaN counts as not marked.
    private static byte ToByte(float probability) => (byte)(probability > 0 ? MathF.Round(MathF.Min(probability, 1) * 255) : 0);

    private static Head HeadOf(DecoderContext context, int index)
    {
        OutputShape output = context.Outputs[index];
        if (output.Dims is not [1, <= MostClasses and int channels, int height, int width]) throw context.Unfit($"outputs of 1xCxHxW, C at most {MostClasses},");
        if (context.Preprocessing.Outputs is { } named && named.Count != context.Outputs.Count) throw context.Unfit($"{named.Count} outputs, for which its preprocessing has names,");
        string name = context.Preprocessing.Outputs?[index] ?? output.Name;
        float threshold = context.Settings.Score ?? UsualScore;
        Mask[] masks = [.. Enumerable.Range(Math.Min(1, channels - 1), Math.Max(1, channels - 1))
            .Select(c => new Mask(channels <= 2 ? name : c < context.Labels.Count ? context.Labels[c] : $"{name} {c}", width, height, threshold))];
        return new Head(context.View(index, width * height)!.Value, masks, context.Settings.Activation == ScoreActivation.Sigmoid);
    }

    private sealed record Head(HeadView View, Mask[] Masks, bool Sigmoid);
}
