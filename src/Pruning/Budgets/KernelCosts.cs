namespace EdgeKit.Pruning.Budgets;

/// <summary>
/// Instructions of one kernel, a weighted sum of what it does: tiles, panels of weights, steps of depth, rows. The weights are fitted to counts.
/// </summary>
/// <param name="Kind">Layers that it computes.</param>
/// <param name="Int8">Whether these are INT8.</param>
/// <param name="KernelSize">The square window it is made for; 0 for any.</param>
/// <param name="Stride">The stride it is made for; 0 for any.</param>
/// <param name="RowTile">Output positions of a tile.</param>
/// <param name="ColumnTile">Output channels of a panel or block.</param>
/// <param name="DepthUnit">Depths that one step takes.</param>
/// <param name="Coefficients">Instructions for one of each of <see cref="Features"/>.</param>
public sealed record KernelCosts(LayerKind Kind, bool Int8, int KernelSize, int Stride, int RowTile, int ColumnTile, int DepthUnit, IReadOnlyList<double> Coefficients)
{
    // As the runtime does it: a first layer's windows, of so few elements, are gathered into rows; kernel rows of so few bytes are pointed to as wholes;
    // a call takes so many bytes of rows, or pointers to them.
    private const int MostGatheredRow = 32, MostGathered = 256, MostWholeRow = 512, MostWholeRows = 4096, WholeSteps = 8, BlockBytes = 16384, BlockPointers = 512;

    /// <summary>Panels are cut in steps of so many columns; rows are loaded and copied in vectors of so many elements or bytes.</summary>
    private const int ColumnStep = 8, Vector = 16;

    private int Bytes => Int8 ? sizeof(sbyte) : sizeof(float);

    /// <summary>Whether this is the kernel of a layer.</summary>
    public bool Fits(LayerShape shape) => shape.Kind == Kind && shape.Int8 == Int8
        && (KernelSize == 0 || (shape.KernelHeight == KernelSize && shape.KernelWidth == KernelSize)) && (Stride == 0 || shape.Stride == Stride);

    /// <summary>Instructions of a layer.</summary>
    public double InstructionsOf(LayerShape shape) => Features(shape).Zip(Coefficients, static (f, c) => f * c).Sum();

    /// <summary>What the kernel does for a layer, counted.</summary>
    public double[] Features(LayerShape shape)
    {
        double positions = (double)shape.Height * shape.Width, taps = shape.KernelHeight * shape.KernelWidth;
        double blocks = Math.Ceiling((double)shape.Outputs / ColumnTile), elements = positions * shape.Outputs;
        // A kernel for one window has no loop over its taps.
        double work = positions * (KernelSize == 0 ? taps : 1), narrow = shape.Outputs < ColumnTile ? positions : 0;
        return Kind switch
        {
            LayerKind.Dense => Dense(shape, positions, taps),
            LayerKind.Depthwise => [work * blocks, work, narrow, shape.Height * blocks, shape.Height, blocks, 1],
            // A pool over the whole map sums in a loop of its own.
            LayerKind.Pool => [positions > 1 ? work * blocks : 0, positions > 1 ? 0 : work * blocks, positions * blocks, positions, 1],
            _ => [Math.Ceiling(elements / ColumnTile), shape.Height, 1],
        };
    }

    private double[] Dense(LayerShape shape, double positions, double taps)
    {
        double depth = shape.Inputs / shape.Groups, columns = shape.Outputs / shape.Groups, row = shape.KernelWidth * depth, window = taps * depth;
        bool adjacent = shape.KernelWidth > 1 && shape.Groups == 1;
        bool gathered = adjacent && row % WholeSteps != 0 && row <= MostGatheredRow && window <= MostGathered;
        bool wholeRows = adjacent && !gathered && row * Bytes <= MostWholeRow && window * Bytes <= MostWholeRows;
        bool pointed = !gathered && !wholeRows && (taps > 1 || shape.Stride > 1);
        // At the border, windows reach into the padding.
        double border = 2 * (shape.Height + shape.Width) * taps, vectorsOfRow = Math.Ceiling(row * Bytes / Vector);
        double copies = gathered ? positions * shape.KernelHeight * vectorsOfRow : 0, lines = wholeRows ? shape.Height * shape.KernelHeight : 0;
        if (gathered) (taps, depth) = (1, window);
        else if (wholeRows) (taps, depth) = (shape.KernelHeight, row);
        double tiles = Math.Ceiling(positions / RowTile), panels = Math.Ceiling(columns / ColumnTile), cuts = Math.Ceiling(columns / ColumnStep);
        int tileBytes = (int)(depth * Bytes * RowTile);
        double calls = Math.Ceiling(tiles / Math.Max(1, pointed || wholeRows ? BlockPointers / ((int)taps * RowTile) : BlockBytes / tileBytes));
        double steps = taps * Math.Ceiling(depth / DepthUnit), vectors = taps * Math.Ceiling(depth / Vector);
        // Less than a panel in all that is no multiple of a cut is stored element by element.
        double odd = columns < ColumnTile && columns % ColumnStep != 0 ? positions : 0;
        double[] each =
        [
            tiles * panels * steps, tiles * cuts * steps, tiles * panels * vectors, tiles * panels * taps, tiles * cuts * taps, tiles * panels, tiles * cuts, tiles * (cuts % 2),
            odd, columns % Vector > ColumnStep ? odd : 0, calls * panels, tiles,
        ];
        double[] once =
        [
            pointed ? positions * taps : 0, pointed ? positions : 0, pointed ? border : 0, wholeRows ? positions * taps : 0, lines, lines * vectorsOfRow,
            copies, gathered ? border : 0, 1,
        ];
        return [.. each.Select(f => shape.Groups * f), .. once];
    }
}
