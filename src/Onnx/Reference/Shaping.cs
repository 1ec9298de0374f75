namespace EdgeKit.Onnx.Reference;

/// <summary>Operators that give a tensor another shape, or make tensors of shapes; no element changes.</summary>
internal static class Shaping
{
    public static Tensor[] Identity(Call call) => [call.Input(0)];

    /// <summary>Dropout at inference: nothing is dropped, and the mask is all true.</summary>
    public static Tensor[] Dropout(Call call)
    {
        Tensor x = call.Input(0), mask = Tensor.Zeros(ElementType.Bool, x.Shape);
        mask.AsSpan<bool>().Fill(true);
        return [x, mask];
    }

    public static Tensor[] Constant(Call call) => [call.Attributes.TensorOf("value") ?? throw call.Error("has no value")];

    /// <summary>A shape as input 1: 0 keeps the input's dimension (unless allowzero), one -1 takes what is left.</summary>
    public static Tensor[] Reshape(Call call)
    {
        Tensor x = call.Input(0);
        int[] shape = call.Ints(1);
        bool allowZero = call.Attributes.Int("allowzero", 0) != 0;
        int unknown = -1;
        long known = 1;
        for (int d = 0; d < shape.Length; d++)
        {
            if (shape[d] == 0 && !allowZero)
                shape[d] = d < x.Rank ? x.Shape[d] : throw call.Error($"keeps dimension {d} of {x}, which has none");
            if (shape[d] >= 0) known = Math.Min(known * shape[d], int.MaxValue);
            else if (shape[d] == -1 && unknown < 0) unknown = d;
            else throw call.Error($"cannot take the shape [{string.Join(',', shape)}]");
        }
        if (unknown >= 0)
        {
            if (known == 0 || x.Length % known != 0) throw call.Error($"cannot give {x} the shape [{string.Join(',', shape)}]");
            shape[unknown] = (int)(x.Length / known);
        }
        else if (known != x.Length)
        {
            throw call.Error($"cannot give {x} the shape [{string.Join(',', shape)}]");
        }
        return [x.Reshape(shape)];
    }

    /// <summary>A matrix: the axes before <c>axis</c> become rows, the others columns.</summary>
    public static Tensor[] Flatten(Call call)
    {
        Tensor x = call.Input(0);
        int axis = call.Attributes.Int("axis", 1);
        // Unlike other axes this one may equal the rank.
        if (axis != x.Rank) axis = call.Axis(1, x.Rank);
        return [x.Reshape(Tensor.ElementCount(x.Shape.AsSpan(0, axis)), Tensor.ElementCount(x.Shape.AsSpan(axis)))];
    }

    public static Tensor[] Squeeze(Call call)
    {
        Tensor x = call.Input(0);
        int[]? axes = call.Optional(1) is null ? null : Axes.Normalise(call.Node, call.Ints(1), x.Rank);
        foreach (int axis in axes ?? [])
            if (x.Shape[axis] != 1) throw call.Error($"axis {axis} of {x} is not of size 1");
        return [x.Reshape([.. x.Shape.Where((d, axis) => axes is null ? d != 1 : !axes.Contains(axis))])];
    }

    public static Tensor[] Unsqueeze(Call call)
    {
        Tensor x = call.Input(0);
        int[] axes = call.Ints(1);
        int rank = x.Rank + axes.Length;
        axes = Axes.Normalise(call.Node, axes, rank);
        int[] shape = new int[rank];
        for (int d = 0, from = 0; d < rank; d++) shape[d] = axes.Contains(d) ? 1 : x.Shape[from++];
        return [x.Reshape(shape)];
    }

    /// <summary>Dimensions <c>start</c> to <c>end</c> (exclusive) of the input.</summary>
    public static Tensor[] Shape(Call call)
    {
        int[] shape = call.Input(0).Shape;
        int start = Place("start", 0), end = Place("end", shape.Length);
        return [Tensor.Vector([.. shape.Skip(start).Take(end - start).Select(static d => (long)d)])];

        int Place(string name, int fallback)
        {
            int place = call.Attributes.Int(name, fallback);
            return Math.Clamp(place < 0 ? place + shape.Length : place, 0, shape.Length);
        }
    }

    public static Tensor[] Size(Call call) => [Tensor.Scalar((long)call.Input(0).Length)];

    /// <summary>A tensor of the shape at input 0 that holds one value, by default a float zero.</summary>
    public static Tensor[] ConstantOfShape(Call call)
    {
        Tensor value = call.Attributes.TensorOf("value") ?? Tensor.Scalar(0f);
        if (value.Length != 1) throw call.Error("wants a value of one element");
        int[] shape = call.Ints(0);
        call.Count(shape);
        return [Broadcasting.Expand(call, value.Reshape(), shape)];
    }

    /// <summary>start, start + step, ... before limit.</summary>
    public static Tensor[] Range(Call call)
    {
        switch (call.Input(0).Type)
        {
            case ElementType.Float:
                float start = call.Scalar<float>(0), step = call.Scalar<float>(2);
                return [Steps(start, call.Scalar<float>(1), step, i => start + i * step)];
            case ElementType.Int32:
                int start32 = call.Scalar<int>(0), step32 = call.Scalar<int>(2);
                return [Steps(start32, call.Scalar<int>(1), step32, i => start32 + i * step32)];
            case ElementType.Int64:
                long start64 = call.Scalar<long>(0), step64 = call.Scalar<long>(2);
                return [Steps(start64, call.Scalar<long>(1), step64, i => start64 + i * step64)];
            default:
                throw call.Error($"does not take elements of type {call.Input(0).Type}");
        }

        Tensor Steps<T>(double from, double limit, double by, Func<int, T> at) where T : unmanaged
        {
            if (by == 0) throw call.Error("steps by 0");
            double count = Math.Max(Math.Ceiling((limit - from) / by), 0);
            int length = call.Count([count <= int.MaxValue ? (int)count : int.MaxValue]);
            return Tensor.Of([.. Enumerable.Range(0, length).Select(at)], length);
        }
    }

    /// <summary>The input repeated to the broadcast of its shape and the one at input 1.</summary>
    public static Tensor[] Expand(Call call)
    {
        Tensor x = call.Input(0);
        return [Broadcasting.Expand(call, x, Broadcasting.Shape(call, x.Shape, call.Ints(1)))];
    }

    /// <summary>The axes in the order of <c>perm</c>, by default reversed.</summary>
    public static Tensor[] Transpose(Call call)
    {
        Tensor x = call.Input(0);
        int[] perm = call.Attributes.Ints("perm") ?? [.. Enumerable.Range(0, x.Rank).Reverse()];
        if (perm.Length != x.Rank) throw call.Error($"perm has {perm.Length} elements for {x}");
        perm = Axes.Normalise(call.Node, perm, x.Rank);
        return [Permute(call, x, perm)];
    }

    public static Tensor Permute(Call call, Tensor x, params int[] perm)
    {
        int[] strides = Strided.Of(x.Shape);
        return Strided.Copy(call, x, Array.ConvertAll(perm, axis => x.Shape[axis]), Array.ConvertAll(perm, axis => strides[axis]));
    }

    /// <summary>The input repeated as often along each axis as input 1 says.</summary>
    public static Tensor[] Tile(Call call)
    {
        Tensor x = call.Input(0);
        int[] repeats = call.Ints(1);
        if (repeats.Length != x.Rank || repeats.Any(static r => r < 0)) throw call.Error($"repeats [{string.Join(',', repeats)}] do not fit {x}");
        // Axes (repeat, size) of the view become one axis of the result.
        int[] strides = Strided.Of(x.Shape);
        int[] view = [.. Enumerable.Range(0, x.Rank).SelectMany(d => new[] { repeats[d], x.Shape[d] })];
        int[] steps = [.. Enumerable.Range(0, x.Rank).SelectMany(d => new[] { 0, strides[d] })];
        int[] shape = [.. Enumerable.Range(0, x.Rank).Select(d => call.Count([repeats[d], x.Shape[d]]))];
        return [Strided.Copy(call, x, view, steps).Reshape(shape)];
    }

    /// <summary>Blocks of channels become blocks of pixels: [N,C,H,W] to [N, C/b^2, H b, W b]; mode DCR has the block outermost in C, CRD the channel.</summary>
    public static Tensor[] DepthToSpace(Call call)
    {
        (Tensor x, int b) = Block(call);
        int n = x.Shape[0], c = x.Shape[1] / b / b, h = x.Shape[2], w = x.Shape[3];
        if (c * b * b != x.Shape[1]) throw call.Error($"blocks of {b} do not fit {x}");
        Tensor moved = call.Attributes.String("mode", "DCR") switch
        {
            "DCR" => Permute(call, x.Reshape(n, b, b, c, h, w), 0, 3, 4, 1, 5, 2),
            "CRD" => Permute(call, x.Reshape(n, c, b, b, h, w), 0, 1, 4, 2, 5, 3),
            string other => throw call.Error($"mode = '{other}' is not known"),
        };
        return [moved.Reshape(n, c, h * b, w * b)];
    }

    /// <summary>Blocks of pixels become channels: [N,C,H,W] to [N, C b^2, H/b, W/b], the block outermost.</summary>
    public static Tensor[] SpaceToDepth(Call call)
    {
        (Tensor x, int b) = Block(call);
        int n = x.Shape[0], c = x.Shape[1], h = x.Shape[2] / b, w = x.Shape[3] / b;
        if (h * b != x.Shape[2] || w * b != x.Shape[3]) throw call.Error($"blocks of {b} do not fit {x}");
        return [Permute(call, x.Reshape(n, c, h, b, w, b), 0, 3, 5, 1, 2, 4).Reshape(n, c * b * b, h, w)];
    }

    /// <summary>ChannelShuffle of EdgeKit's domain: output channel j groups + i is input channel i (C / groups) + j.</summary>
    public static Tensor[] ChannelShuffle(Call call)
    {
        Tensor x = call.Input(0);
        int groups = call.Attributes.Int("groups", 0);
        if (x.Rank < 2 || groups < 1 || x.Shape[1] % groups != 0) throw call.Error($"{groups} groups do not fit {x}");
        int plane = Tensor.ElementCount(x.Shape.AsSpan(2));
        return [Permute(call, x.Reshape(x.Shape[0], groups, x.Shape[1] / groups, plane), 0, 2, 1, 3).Reshape(x.Shape)];
    }

    private static (Tensor X, int Block) Block(Call call)
    {
        Tensor x = call.Input(0);
        int block = call.Attributes.Int("blocksize", 0);
        if (x.Rank != 4) throw call.Error($"wants an input [N,C,H,W], not {x}");
        // No useful block is larger; the bound keeps the square from overflowing.
        if (block is < 1 or > 1024) throw call.Error($"blocksize = {block} is out of range");
        return (x, block);
    }
}
