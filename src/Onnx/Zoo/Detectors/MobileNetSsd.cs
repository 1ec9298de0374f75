namespace EdgeKit.Onnx.Networks;

/// <summary>
/// SSD on MobileNetV1 at 300 pixels: Liu et al., SSD (2016), and Howard et al., MobileNets (2017), section 4.6, with the layers of the authors' released code
/// (tensorflow/models, ssd_mobilenet_v1_coco): six maps, 1x1 predictors, three anchors a cell on the first map and six on the others.
/// </summary>
internal static class MobileNetSsd
{
    private static readonly int[] Extras = [512, 256, 256, 128];

    internal static void Build(NetBuilder net)
    {
        Value[] trunk = MobileNetV1.Blocks(net);
        var maps = new List<Value> { trunk[10], trunk[^1] };
        for (int i = 0; i < Extras.Length; i++)
            maps.Add(net.Chain($"extra{i + 1}", maps[^1], Activation.Relu6, (Extras[i] / 2, new Kernel(1)), (Extras[i], new Kernel(3, 2))));
        var boxes = new List<Value>();
        var scores = new List<Value>();
        for (int i = 0; i < maps.Count; i++)
        {
            int anchors = i == 0 ? 3 : 6;
            boxes.Add(Rows(net, $"boxes{i + 1}", net.Conv($"boxes{i + 1}", maps[i], anchors * 4, new Kernel(1)), 4));
            scores.Add(Rows(net, $"scores{i + 1}", net.Conv($"scores{i + 1}", maps[i], anchors * (net.Classes + 1), new Kernel(1)), net.Classes + 1));
        }
        net.Output("boxes", net.Concat("boxes.all", [.. boxes]));
        net.Output("scores", net.Concat("scores.all", [.. scores]));
    }

    /// <summary>[1, anchors * columns, height, width] as a row of columns for each anchor of each cell.</summary>
    internal static Value Rows(NetBuilder net, string name, Value x, int columns) => net.Reshape($"{name}.rows", net.Transpose($"{name}.last", x, 0, 2, 3, 1), 1, -1, columns);
}
