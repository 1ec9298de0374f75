using System.Numerics;

namespace EdgeKit.Imaging.Decoding;

/// <summary>What decoders of boxes share: threshold, candidates, suppression by class, landmarks.</summary>
internal abstract class BoxDecoder : ModelDecoder
{
    private const float UsualScore = 0.4f, UsualIou = 0.5f;
    private const int UsualMax = 100;

    private readonly Candidates _candidates = new();
    private readonly float _iou;
    private readonly bool _multiLabel;
    private Placement _placement;
    private TileArea? _own;
    private long _tile;

    protected BoxDecoder(DecoderContext context, float score = UsualScore, bool multiLabel = false, int landmarks = 0)
        : base(context, new Findings(context.Settings.Max ?? UsualMax, landmarks, 0, 0, []))
    {
        Score = context.Settings.Score ?? score;
        _iou = context.Settings.Iou ?? UsualIou;
        _multiLabel = context.Settings.MultiLabel ?? multiLabel;
    }

    public override bool FindsBoxes => true;

    public override bool CanTile => Findings.LandmarksOfBox == 0;

    /// <summary>The least confidence that is reported.</summary>
    protected float Score { get; }

    /// <summary>Looks at every position.</summary>
    protected abstract void Propose();

    /// <summary>The edges of a position's box in the input.</summary>
    protected abstract (float Left, float Top, float Right, float Bottom) Box(int position);

    /// <summary>The cell of a position; null where the decoder does not know it.</summary>
    protected virtual Cell? CellOf(int position) => null;

    /// <summary>Writes a position's landmarks, pixels of the input.</summary>
    protected virtual void Landmarks(int position, Span<Vector2> points)
    {
    }

    private protected override void StartTiles()
    {
        _candidates.Clear();
        _tile = 0;
    }

    private protected override void FindInTile(Placement placement, TileArea? own)
    {
        (_placement, _own) = (placement, own);
        Propose();
        _tile++;
    }

    // One suppression for all tiles: one for each would let the wrong boxes at its edges drop right ones.
    private protected override void FinishTiles() => Findings.TakeBoxes(_candidates, _iou);

    private protected override void Find(Placement placement)
    {
        StartTiles();
        FindInTile(placement, own: null);
        FinishTiles();
        if (Findings.LandmarksOfBox == 0) return;
        for (int i = 0; i < Findings.Boxes.Length; i++)
        {
            Span<Vector2> points = Findings.LandmarksToFill(i);
            Landmarks(Findings.Position(i), points);
            foreach (ref Vector2 point in points) point = placement.Place(point.X, point.Y);
        }
    }

    /// <summary>Proposes a position's box for its best class, or for each class that is confident enough.</summary>
    /// <param name="scores">Scores of classes, probabilities or, with <paramref name="sigmoid"/>, logits.</param>
    /// <param name="row">The position within the scores.</param>
    /// <param name="position">The position among all.</param>
    /// <param name="sigmoid">Whether scores are logits.</param>
    /// <param name="factor">What probabilities are multiplied with: objectness.</param>
    protected void ProposeClasses(in HeadView scores, int row, int position, bool sigmoid, float factor = 1)
    {
        if (!(factor >= Score)) return;
        if (!_multiLabel)
        {
            int best = Functions.Best(scores, row);
            Propose(best, Probability(scores[row, best], sigmoid) * factor, position);
            return;
        }
        for (int c = 0; c < scores.Channels; c++) Propose(c, Probability(scores[row, c], sigmoid) * factor, position);
    }

    /// <summary>Proposes a position's box for a class.</summary>
    protected void Propose(int classIndex, float score, int position)
    {
        if (!(score >= Score) || !_candidates.Takes(score)) return;
        (float left, float top, float right, float bottom) = Box(position);
        if (_own is { } own)
        {
            Vector2 centre = _placement.Place((left + right) / 2, (top + bottom) / 2);
            if (!own.Has(centre.X, centre.Y)) return;
        }
        if (_placement.TryPlace(classIndex, score, left, top, right, bottom, out Detection box)) _candidates.Add(box, position, OrderOf(position));
    }

    /// <summary>What comes first among equal scores: that of the whole picture, also when it is found tile by tile, so that suppression then keeps the same boxes.</summary>
    private long OrderOf(int position)
    {
        if (_own is null) return position;
        return CellOf(position) is { } cell ? cell.OrderAt((int)-_placement.Mapping.OffsetX, (int)-_placement.Mapping.OffsetY) : (_tile << 32) + position;
    }

    private static float Probability(float score, bool sigmoid) => sigmoid ? Functions.Sigmoid(score) : score;
}
