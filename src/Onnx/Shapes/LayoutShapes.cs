using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of operators that keep the elements in place and look at them as another shape, or permute them.</summary>
internal static class LayoutShapes
{
    /// <summary>Reshape: 0 copies a dimension (unless allowzero is set), one -1 takes what is left.</summary>
    public static void Reshape(Node node)
    {
        int[] x = node.Dims(0);
        int[] target = [.. node.ConstantInts(1, "shape")];
        bool allowZero = node.Attributes.Int("allowzero", 0) != 0;
        int open = -1;
        for (int i = 0; i < target.Length; i++)
        {
            if (target[i] == 0 && !allowZero)
                target[i] = i < x.Length ? x[i] : throw new ModelException($"shape {Text(target)} copies dimension {i}, which {Text(x)} does not have");
            if (target[i] >= 0) continue;
            if (target[i] < -1 || open >= 0) throw new ModelException($"shape {Text(target)} is not valid: one dimension may be -1, none less");
            open = i;
        }
        int count = Product(x);
        if (open >= 0)
        {
            target[open] = 1;
            int rest = Product(target);
            target[open] = rest > 0 ? count / rest : 0;
        }
        if (Product(target) != count) throw new ModelException($"cannot reshape {Text(x)} to {Text(target)}: the number of elements differs");
        node.Produces(node.Type(0), target);
    }

    /// <summary>Flatten: a matrix of the dimensions before and from the axis on.</summary>
    public static void Flatten(Node node)
    {
        int[] x = node.Dims(0);
        int axis = node.Attributes.Int("axis", 1);
        if (axis < 0) axis += x.Length;
        // Unlike other axes this one may equal the rank.
        if (axis < 0 || axis > x.Length) throw new ModelException($"axis {node.Attributes.Int("axis", 1)} is outside a tensor of rank {x.Length}");
        node.Produces(node.Type(0), Product(x.AsSpan(0, axis)), Product(x.AsSpan(axis)));
    }

    /// <summary>Squeeze: drops dimensions of 1, those given at input 1 or all.</summary>
    public static void Squeeze(Node node)
    {
        int[] x = node.Dims(0);
        int[] axes = node.Optional(1) is not null
            ? Axes.Normalise(node, node.ConstantInts(1, "axes"), x.Length)
            : [.. Enumerable.Range(0, x.Length).Where(i => x[i] == 1)];
        foreach (int axis in axes)
        {
            if (x[axis] != 1) throw new ModelException($"cannot squeeze axis {axis} of {Text(x)}");
        }
        node.Produces(node.Type(0), [.. x.Where((_, i) => !axes.Contains(i))]);
    }

    /// <summary>Unsqueeze: adds dimensions of 1 at the axes, which count in the result.</summary>
    public static void Unsqueeze(Node node)
    {
        int[] x = node.Dims(0);
        int[] given = node.ConstantInts(1, "axes");
        int[] axes = Axes.Normalise(node, given, x.Length + given.Length);
        var shape = new int[x.Length + axes.Length];
        for (int i = 0, next = 0; i < shape.Length; i++) shape[i] = axes.Contains(i) ? 1 : x[next++];
        node.Produces(node.Type(0), shape);
    }

    /// <summary>Transpose: dimensions reversed, or as perm says.</summary>
    public static void Transpose(Node node)
    {
        int[] x = node.Dims(0);
        int[] perm = node.Attributes.Ints("perm") ?? [.. Enumerable.Range(0, x.Length).Reverse()];
        if (perm.Length != x.Length) throw new ModelException($"perm {Text(perm)} does not fit an input of shape {Text(x)}");
        perm = Axes.Normalise(node, perm, x.Length);
        node.Attributes.Set("perm", perm);
        node.Produces(node.Type(0), Array.ConvertAll(perm, p => x[p]));
    }

    /// <summary>DepthToSpace: channels become blocks of pixels.</summary>
    public static void DepthToSpace(Node node)
    {
        int[] x = Planar(node);
        int block = BlockSize(node);
        if (x[1] % ((long)block * block) != 0) throw new ModelException($"blocks of {block} x {block} do not divide {x[1]} channels");
        if (node.Attributes.String("mode", "DCR") is not ("DCR" or "CRD")) throw new ModelException("attribute 'mode' must be DCR or CRD");
        node.Produces(node.Type(0), x[0], x[1] / (block * block), Size((long)x[2] * block), Size((long)x[3] * block));
    }

    /// <summary>SpaceToDepth: blocks of pixels become channels.</summary>
    public static void SpaceToDepth(Node node)
    {
        int[] x = Planar(node);
        int block = BlockSize(node);
        if (x[2] % block != 0 || x[3] % block != 0) throw new ModelException($"blocks of {block} x {block} do not divide {Text(x)}");
        node.Produces(node.Type(0), x[0], Size((long)x[1] * block * block), x[2] / block, x[3] / block);
    }

    /// <summary>ChannelShuffle of EdgeKit's own domain.</summary>
    public static void ChannelShuffle(Node node)
    {
        int[] x = node.FeatureMap(0);
        int groups = node.Attributes.Int("groups", 0);
        if (groups < 1 || x[1] % groups != 0) throw new ModelException($"{groups} groups do not divide {x[1]} channels");
        node.Produces(node.Type(0), x);
    }

    private static int[] Planar(Node node)
    {
        int[] x = node.FeatureMap(0);
        return x.Length == 4 ? x : throw new ModelException($"input 0 has shape {Text(x)} where [N,C,H,W] is wanted");
    }

    private static int BlockSize(Node node) => node.Attributes.Int("blocksize", 0) is >= 1 and <= 1024 and var block
        ? block
        : throw new ModelException("attribute 'blocksize' is missing or not from 1 to 1024");
}
