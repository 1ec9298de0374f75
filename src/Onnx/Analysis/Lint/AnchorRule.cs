namespace EdgeKit.Onnx.Analysis.Lint;

/// <summary>An anchor larger than what its level can see: the network would have to guess the ends of the object.</summary>
internal sealed class AnchorRule : ILintRule
{
    public string Name => "anchors";

    public IEnumerable<LintFinding> Find(LintContext context)
    {
        if (context.Anchors.Count == 0) yield break;
        IReadOnlyDictionary<Value, ReceptiveField> fields = ReceptiveFields.Of(context.Graph);
        foreach (IGrouping<int, AnchorSize> level in context.Anchors.GroupBy(static a => a.Stride))
        {
            // What a level sees at most: heads end in convolutions, whose outputs are then only reordered.
            (Node? node, ReceptiveField field) = (null, default);
            foreach (Node conv in context.Graph.Nodes.Where(static n => n.OpType is "Conv" or "QLinearConv"))
            {
                if (!fields.TryGetValue(conv.Outputs[0], out ReceptiveField f) || Math.Round(f.StrideX) != level.Key || Math.Round(f.StrideY) != level.Key) continue;
                if (node is null || f.Width > field.Width) (node, field) = (conv, f);
            }
            if (node is null || field.WholeInput) continue;
            AnchorSize[] larger = [.. level.Where(a => a.Width > field.Width || a.Height > field.Height)];
            if (larger.Length == 0) continue;
            yield return new LintFinding(Name, node.Name,
                FormattableString.Invariant($"{larger.Length} of {level.Count()} anchors of stride {level.Key} are larger than the receptive field, {field.Width}x{field.Height} pixels: {larger[0].Width:0.#}x{larger[0].Height:0.#}"),
                "a deeper level for large anchors, larger kernels, or smaller anchors");
        }
    }
}
