namespace EdgeKit.Onnx.Networks;

/// <summary>
/// RetinaNet on ResNet-50: Lin et al., Feature Pyramid Networks for Object Detection (2017) and Focal Loss for Dense Object Detection (2017): a pyramid of
/// five maps, and two heads whose weights all maps share. Outputs are rows for nine anchors a cell, finest map first.
/// </summary>
internal static class RetinaNet
{
    private const int Anchors = 9, Depth = 4;

    internal static void Build50(NetBuilder net)
    {
        Value[] stages = ResNet.FiftyStages(net);
        int width = net.Scaled(256);
        var levels = FeaturePyramid.Add(net, stages[1..], width).ToList();
        levels.Add(net.Conv("p6", levels[^1], width, new Kernel(3, 2)));
        levels.Add(net.Conv("p7", net.Activate("p6", levels[^1], Activation.Relu), width, new Kernel(3, 2)));
        net.Output("scores", net.Concat("scores.all", Head(net, "scores", levels, net.Classes)));
        net.Output("boxes", net.Concat("boxes.all", Head(net, "boxes", levels, 4)));
    }

    private static Value[] Head(NetBuilder net, string name, List<Value> levels, int columns)
    {
        var layers = new Value[Depth + 1];
        var rows = new Value[levels.Count];
        for (int l = 0; l < levels.Count; l++)
        {
            Value x = levels[l];
            for (int i = 0; i <= Depth; i++)
            {
                string layer = $"{name}.{i + 1}.p{l + 3}";
                x = l > 0 ? net.Again(layer, x, layers[i]) : layers[i] = net.Conv(layer, x, i < Depth ? NetBuilder.Channels(x) : Anchors * columns, new Kernel(3));
                if (i < Depth) x = net.Activate(layer, x, Activation.Relu);
            }
            rows[l] = MobileNetSsd.Rows(net, $"{name}.p{l + 3}", x, columns);
        }
        return rows;
    }
}
