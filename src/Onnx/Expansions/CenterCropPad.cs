using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>CenterCropPad: axes that are too long are cut around their middle, those that are too short padded with zeros on both sides.</summary>
internal static class CenterCropPad
{
    public static IReadOnlyList<Value?>? Expand(Expansion e)
    {
        int[] x = e.Node.Dims(0), target = e.Node.ConstantInts(1, "shape");
        int[] axes = Axes.Normalise(e.Node, e.Attributes.Ints("axes") ?? [.. Enumerable.Range(0, x.Length)], x.Length);
        if (target.Length != axes.Length || Array.Exists(target, static d => d < 0)) throw new ModelException($"shape {NodeShapes.Text(target)} does not fit axes {NodeShapes.Text(axes)}");
        Value y = e.Input(0);
        int[] pads = new int[2 * x.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            // An odd element more is cut at the end, and padded there.
            int axis = axes[i], more = target[i] - x[axis], before = Math.Abs(more) / 2;
            if (more < 0) y = e.Slice(y, axis, before, before + target[i]);
            else (pads[axis], pads[axis + x.Length]) = (before, more - before);
        }
        return [Array.Exists(pads, static p => p > 0) ? e.Add("Pad", [y, e.Ints(pads)], ("mode", "constant")) : e.Add("Identity", [y])];
    }
}
