namespace EdgeKit.Onnx.Networks;

/// <summary>Lin et al., Feature Pyramid Networks for Object Detection (2017), figure 3: coarse maps, doubled, added to finer ones of as many channels.</summary>
internal static class FeaturePyramid
{
    /// <summary>The maps of the pyramid, finest first, one for each of <paramref name="maps"/>.</summary>
    internal static Value[] Add(NetBuilder net, Value[] maps, int width)
    {
        var merged = new Value[maps.Length];
        for (int i = maps.Length - 1; i >= 0; i--)
        {
            merged[i] = net.Conv($"lateral{i + 1}", maps[i], width, new Kernel(1));
            if (i + 1 < maps.Length) merged[i] = net.Add($"merge{i + 1}", merged[i], net.Double($"double{i + 1}", merged[i + 1]));
        }
        return [.. merged.Select((m, i) => net.Conv($"smooth{i + 1}", m, width, new Kernel(3)))];
    }
}
