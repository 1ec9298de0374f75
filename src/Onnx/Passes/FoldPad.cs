namespace EdgeKit.Onnx.Passes;

/// <summary>
/// Folds constant padding of the spatial axes into the operator behind it where that computes the same: zeros into Conv, zeros into an AveragePool that
/// counts them, minus infinity into MaxPool. Padding of channels (option-A shortcuts of ResNet) stays.
/// </summary>
internal static class FoldPad
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node pad in graph.Nodes.ToArray())
        {
            if (!pad.Is("Pad") || Amounts(pad) is not { } amounts) continue;
            float value = pad.Optional(2) is null ? 0 : Rewrite.Scalar(pad.Optional(2)) ?? float.NaN;
            foreach (Node consumer in pad.Output.Consumers.ToArray())
            {
                if (!Accepts(consumer, pad.Output, value, amounts)) continue;
                int[] own = consumer.Attributes.Ints("pads") ?? new int[amounts.Length];
                consumer.Attributes.Set("pads", own.Zip(amounts, static (a, b) => a + b).ToArray());
                if (consumer.Is("AveragePool")) consumer.Attributes.Set("count_include_pad", 1);
                consumer.SetInput(0, pad.Input(0));
                changed++;
            }
            if (pad.Output.Consumers.Count == 0 && !graph.IsOutput(pad.Output)) graph.Remove(pad);
        }
        return changed;
    }

    /// <summary>Begins and ends of the spatial axes in the order of the pads attribute, or null where other axes are padded or anything is cropped.</summary>
    private static int[]? Amounts(Node pad)
    {
        if (pad.Attributes.String("mode", "constant") != "constant" || pad.Optional(3) is not null) return null;
        if (pad.ConstantInput(1)?.ToInt32s() is not { } all || Array.Exists(all, static p => p < 0)) return null;
        int rank = all.Length / 2;
        if (rank < 3 || all[0] + all[1] + all[rank] + all[rank + 1] != 0) return null;
        return [.. all[2..rank], .. all[(rank + 2)..]];
    }

    private static bool Accepts(Node consumer, Value padded, float value, int[] amounts)
    {
        if (!ReferenceEquals(consumer.Optional(0), padded) || consumer.Inputs.Count(v => ReferenceEquals(v, padded)) != 1) return false;
        AttributeMap a = consumer.Attributes;
        if (a.String("auto_pad", "NOTSET") != "NOTSET") return false;
        int[] own = a.Ints("pads") ?? new int[amounts.Length];
        if (own.Length != amounts.Length) return false;
        if (consumer.Is("Conv")) return value == 0;

        // A window may not lie in the padding altogether, and one that ceil_mode hangs over the edge counts differently with and without padding.
        if (a.Ints("kernel_shape") is not { } kernel || a.Int("ceil_mode", 0) != 0) return false;
        for (int i = 0; i < own.Length; i++)
            if (own[i] + amounts[i] >= kernel[i % kernel.Length]) return false;
        bool countsOwn = a.Int("count_include_pad", 0) == 1 || Array.TrueForAll(own, static p => p == 0);
        return consumer.Is("AveragePool") ? value == 0 && countsOwn : consumer.Is("MaxPool") && value <= float.MinValue;
    }
}
