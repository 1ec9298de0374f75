using System.Numerics;

namespace EdgeKit.Imaging.Decoding;

/// <summary>
/// Offsets from priors: [1,P,classes] with class 0 the background, [1,P,4], and where there are landmarks [1,P,2k]. A prior of size (w, h) stands in the middle of every cell of
/// its level; with variances c and s, centre = prior + c * offset * (w, h) and size = (w, h) * e^(s * offset) (Liu et al., "SSD", 2016); landmarks as the centre.
/// </summary>
internal sealed class PriorDecoder : BoxDecoder
{
    private const int MostLandmarks = 500;

    private readonly HeadView _scores, _offsets;
    private readonly HeadView? _landmarks;
    private readonly Prior[] _priors;
    private readonly float _centreVariance, _sizeVariance;
    private readonly ScoreActivation _activation;

    public PriorDecoder(DecoderContext context)
        : base(context, score: 0.6f, landmarks: LandmarkCount(context))
    {
        _priors = Priors(context);
        HeadView[] views = [.. Enumerable.Range(0, context.Outputs.Count).Select(i => context.View(i, _priors.Length)).OfType<HeadView>()];
        _offsets = Single(static v => v.Channels == 4);
        _landmarks = Findings.LandmarksOfBox > 0 ? Single(v => v.Channels == 2 * Findings.LandmarksOfBox) : null;
        _scores = Single(v => v != _offsets && v != _landmarks);
        context.RequireClasses(_scores.Channels);
        _centreVariance = context.Settings.Variances?[0] ?? 0.1f;
        _sizeVariance = context.Settings.Variances?[1] ?? 0.2f;
        _activation = context.Settings.Activation ?? ScoreActivation.None;

        HeadView Single(Predicate<HeadView> fits) => Array.FindAll(views, fits) is [{ } only] ? only : throw context.Unfit(
            $"scores, boxes 1x{_priors.Length}x4 and perhaps landmarks for {_priors.Length} priors (as \"strides\" with \"min_sizes\" or \"anchors\" say)");
    }

    protected override void Propose()
    {
        for (int i = 0; i < _priors.Length; i++)
        {
            int best = Functions.Best(_scores, i, from: 1);
            float score = _activation switch
            {
                ScoreActivation.Sigmoid => Functions.Sigmoid(_scores[i, best]),
                ScoreActivation.Softmax => Functions.Softmax(_scores, i, best),
                _ => _scores[i, best],
            };
            Propose(best, score, i);
        }
    }

    protected override Cell? CellOf(int position) => new Cell(_priors[position].Level, (int)_priors[position].X, (int)_priors[position].Y, _priors[position].Part);

    protected override (float Left, float Top, float Right, float Bottom) Box(int position)
    {
        ref readonly Prior p = ref _priors[position];
        float x = p.X + _centreVariance * _offsets[position, 0] * p.Width, y = p.Y + _centreVariance * _offsets[position, 1] * p.Height;
        float halfWidth = p.Width * MathF.Exp(_sizeVariance * _offsets[position, 2]) / 2, halfHeight = p.Height * MathF.Exp(_sizeVariance * _offsets[position, 3]) / 2;
        return (x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
    }

    protected override void Landmarks(int position, Span<Vector2> points)
    {
        if (_landmarks is not { } landmarks) return;
        ref readonly Prior p = ref _priors[position];
        for (int k = 0; k < points.Length; k++)
            points[k] = new Vector2(p.X + _centreVariance * landmarks[position, 2 * k] * p.Width, p.Y + _centreVariance * landmarks[position, 2 * k + 1] * p.Height);
    }

    // Landmarks are the third output, with an even number of channels above 4 that is not the number of classes.
    private static int LandmarkCount(DecoderContext context)
    {
        if (context.Outputs.Count < 3) return 0;
        foreach (OutputShape output in context.Outputs)
            if (output.Dims is [.., int channels] && channels is > 4 and <= 2 * MostLandmarks && channels % 2 == 0 && channels != context.Labels.Count) return channels / 2;
        return 0;
    }

    private static Prior[] Priors(DecoderContext context)
    {
        (IReadOnlyList<int> strides, IReadOnlyList<IReadOnlyList<float>> sizes) = Anchors.Of(context.Preprocessing, context.Settings)!.Value;
        if (strides.Count != sizes.Count || sizes.Any(static s => s.Count is 0 || s.Count % 2 != 0)) throw context.Unfit($"{strides.Count} lists of priors, one a stride,");
        // Counted before they are made: the numbers come from a file.
        long count = strides.Select((s, l) => (long)context.Grid(s).Columns * context.Grid(s).Rows * (sizes[l].Count / 2)).Sum();
        if (!context.Outputs.Any(o => o.Dims.Contains((int)Math.Min(count, int.MaxValue)))) throw context.Unfit($"outputs for {count} priors (as \"strides\" with \"min_sizes\" or \"anchors\" say)");
        float centre = context.Settings.Center ?? 0.5f;
        var priors = new List<Prior>();
        for (int l = 0; l < strides.Count; l++)
        {
            (int columns, int rows) = context.Grid(strides[l]);
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                    for (int k = 0; k < sizes[l].Count; k += 2)
                        priors.Add(new Prior((column + centre) * strides[l], (row + centre) * strides[l], sizes[l][k], sizes[l][k + 1], l, k / 2));
        }
        return [.. priors];
    }

    private readonly record struct Prior(float X, float Y, float Width, float Height, int Level, int Part);
}
