namespace EdgeKit.Onnx.Networks;

/// <summary>
/// A shared trunk with a head for each task of a driving camera, in the manner of Tesla's HydraNet (Karpathy, "AI for Full-Self Driving", 2020), whose layers
/// were never published: ResNet-18, a feature pyramid, and heads for vehicles, pedestrians, traffic lights, lanes and depth.
/// </summary>
internal static class HydraNet
{
    private static readonly (string Task, int Outputs)[] Detections = [("vehicles", 4), ("pedestrians", 1), ("lights", 4)];

    internal static void Build(NetBuilder net)
    {
        int width = net.Scaled(128);
        Value[] pyramid = FeaturePyramid.Add(net, ResNet.Eighteen.Stages(net)[1..], width);
        foreach ((string task, int kinds) in Detections)
        {
            // Kinds, and the distances to a box's four sides, at an eighth of the size.
            Value x = net.ConvNorm($"{task}.1", pyramid[0], width, kernel: 3, activation: Activation.Relu);
            net.Output(task, net.Conv($"{task}.out", x, kinds + 4, new Kernel(1)));
        }
        net.Output("lanes", Dense(net, "lanes", pyramid[0], outputs: 2));
        net.Output("depth", net.Activate("depth.out", Dense(net, "depth", pyramid[0], outputs: 1), Activation.Sigmoid));
    }

    /// <summary>A number for each pixel of a quarter of the size.</summary>
    private static Value Dense(NetBuilder net, string name, Value x, int outputs)
    {
        x = net.ConvNorm($"{name}.1", x, net.Scaled(64), kernel: 3, activation: Activation.Relu);
        return net.Conv($"{name}.2", net.Enlarge($"{name}.up", x, 2), outputs, new Kernel(3));
    }
}
