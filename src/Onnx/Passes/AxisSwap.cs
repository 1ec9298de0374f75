namespace EdgeKit.Onnx.Passes;

/// <summary>A transposition that swaps two neighbouring blocks of axes: [Outer, First, Second, Inner] becomes [Outer, Second, First, Inner].</summary>
internal readonly record struct AxisSwap(int Outer, int First, int Second, int Inner)
{
    /// <summary>Reads a transposition as one swap, whatever the rank it is written in; null where it is more than that.</summary>
    internal static AxisSwap? Of(int[] dims, int[] perm)
    {
        // Axes of size 1 do not matter, and axes that stay together count as one.
        int[] order = Array.FindAll(perm, i => dims[i] != 1);
        int[] axes = [.. order.Order()];
        var blocks = new List<(int Axis, int Size)>();
        for (int i = 0; i < order.Length; i++)
        {
            int position = Array.IndexOf(axes, order[i]);
            bool joins = i > 0 && position == Array.IndexOf(axes, order[i - 1]) + 1;
            if (joins) blocks[^1] = (blocks[^1].Axis, blocks[^1].Size * dims[order[i]]);
            else blocks.Add((order[i], dims[order[i]]));
        }
        int[] ranks = [.. blocks.Select(b => blocks.Count(o => o.Axis < b.Axis))];
        int[] sizes = [.. blocks.Select(static b => b.Size)];
        return ranks switch
        {
            [1, 0] => new AxisSwap(1, sizes[1], sizes[0], 1),
            [1, 0, 2] => new AxisSwap(1, sizes[1], sizes[0], sizes[2]),
            [0, 2, 1] => new AxisSwap(sizes[0], sizes[2], sizes[1], 1),
            [0, 2, 1, 3] => new AxisSwap(sizes[0], sizes[2], sizes[1], sizes[3]),
            _ => null,
        };
    }
}
