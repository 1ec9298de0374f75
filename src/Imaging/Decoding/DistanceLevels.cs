namespace EdgeKit.Imaging.Decoding;

/// <summary>Finds scores and distances among a model's outputs by their shapes.</summary>
internal static class DistanceLevels
{
    private const int Sides = 4, UsualBins = 8, YoloBins = 16;

    public static Level[] Find(DecoderContext context, bool boxesFirst)
    {
        IReadOnlyList<int> strides = context.Strides(8, 16, 32);
        int[] positions = [.. strides.Select(s => context.Grid(s)).Select(static g => g.Columns * g.Rows)];
        int all = positions.Sum();
        int bins = boxesFirst ? YoloBins : UsualBins;
        var levels = new Level[strides.Count];
        HeadView? joint = context.Outputs.Count == 1 && strides.Count > 1 ? context.View(0, all) : null;
        for (int l = 0, first = 0; l < levels.Length; first += positions[l++])
        {
            (HeadView scores, HeadView boxes) = joint is { } table
                ? Split(table.PositionsFrom(first, positions[l]), context, bins, boxesFirst)
                : OfLevel(context, strides[l], bins, boxesFirst);
            levels[l] = new Level(strides[l], context.Grid(strides[l]).Columns, first, scores, boxes);
            if (boxes.Channels % Sides != 0 || boxes.Channels != levels[0].Boxes.Channels || scores.Channels != levels[0].Scores.Channels) throw Unfit(context, strides);
        }
        return levels;
    }

    private static (HeadView Scores, HeadView Boxes) OfLevel(DecoderContext context, int stride, int bins, bool boxesFirst)
    {
        HeadView[] fitting = [.. Enumerable.Range(0, context.Outputs.Count).Select(i => context.LevelView(i, stride)).OfType<HeadView>()];
        return fitting switch
        {
            [{ } one] => Split(one, context, bins, boxesFirst),
            [{ } a, { } b] => IsScores(b, context) && !IsScores(a, context) ? (b, a) : (a, b),
            _ => throw Unfit(context, context.Strides(8, 16, 32)),
        };
    }

    private static bool IsScores(HeadView view, DecoderContext context) => context.Labels.Count > 0 && view.Channels == context.Labels.Count;

    private static (HeadView Scores, HeadView Boxes) Split(HeadView view, DecoderContext context, int bins, bool boxesFirst)
    {
        int classes = context.Labels.Count > 0 ? context.Labels.Count : view.Channels - Sides * bins;
        int boxes = view.Channels - classes;
        if (classes < 1 || boxes < Sides) throw Unfit(context, context.Strides(8, 16, 32));
        return (view.ChannelsFrom(boxesFirst ? boxes : 0, classes), view.ChannelsFrom(boxesFirst ? 0 : classes, boxes));
    }

    private static ImageException Unfit(DecoderContext context, IReadOnlyList<int> strides) => context.Unfit(
        $"scores and 4 distances (or 4 distributions) at {string.Join(" + ", strides.Select(s => context.Grid(s)).Select(static g => $"{g.Columns * g.Rows}"))} positions (strides {string.Join(", ", strides)})");
}
