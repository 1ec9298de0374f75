namespace EdgeKit.Onnx.Passes;

/// <summary>Recognises GlobalAveragePool in a ReduceMean over height and width and in an AveragePool whose one window is the whole map.</summary>
internal static class RecogniseGlobalPool
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            bool mean = node.Is("ReduceMean") && ReducesMap(node);
            if (!mean && !(node.Is("AveragePool") && CoversMap(node))) continue;
            if (mean && node.Attributes.Int("keepdims", 1) == 0)
            {
                Node pool = graph.InsertBefore(node, "GlobalAveragePool", [node.Input(0)], name: $"{node.Name}.pool");
                pool.Output.Type = node.Output.Type;
                pool.Output.Shape = [.. node.Input(0).Shape!.Take(2), 1, 1];
                graph.Replace(node, "Flatten", [pool.Output]).Attributes.Set("axis", 1);
            }
            else
            {
                graph.Replace(node, "GlobalAveragePool", [node.Input(0)]);
            }
            changed++;
        }
        return changed;
    }

    private static bool ReducesMap(Node node)
    {
        if (node.Input(0).Shape is not { Length: 4 } || node.Attributes.Ints("axes") is not { Length: 2 } axes) return false;
        int[] positive = Array.ConvertAll(axes, static a => a < 0 ? a + 4 : a);
        return positive.Contains(2) && positive.Contains(3);
    }

    private static bool CoversMap(Node node)
    {
        if (node.Input(0).Shape is not { Length: 4 } shape || node.Attributes.Ints("kernel_shape") is not { Length: 2 } kernel) return false;
        bool unpadded = node.Attributes.Ints("pads") is not { } pads || Array.TrueForAll(pads, static p => p == 0);
        return unpadded && node.Attributes.String("auto_pad", "NOTSET") is "NOTSET" or "VALID" && kernel[0] == shape[2] && kernel[1] == shape[3];
    }
}
