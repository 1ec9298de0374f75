namespace EdgeKit.Onnx.Networks;

/// <summary>
/// DETR on ResNet-50: Carion et al., End-to-End Object Detection with Transformers (2020), figure 10: an encoder over the cells of the map, and a decoder whose 100
/// learned queries become as many boxes. Outputs: <c>scores</c> [1,100,classes + 1], the last one for none, and <c>boxes</c> [1,100,4], middle and size in parts of
/// the picture.
/// </summary>
internal static class Detr
{
    private const int Depth = 6, HeadCount = 8, Queries = 100;

    internal static void Build50(NetBuilder net)
    {
        int width = net.Scaled(256, 8 * HeadCount), hidden = 8 * width;
        Value map = net.Conv("input", ResNet.FiftyStages(net)[^1], width, new Kernel(1));
        Value places = Tokens("places", net.SinePositions("places", width / 2, map.Dims[2], map.Dims[3]));
        Value seen = Tokens("seen", map);
        for (int i = 1; i <= Depth; i++)
        {
            string name = $"encoder{i}";
            Value placed = net.Add($"{name}.placed", seen, places);
            seen = Joined($"{name}.1", seen, Attention($"{name}.attention", placed, placed, seen));
            seen = Joined($"{name}.2", seen, net.Mlp($"{name}.mlp", seen, hidden, Activation.Relu));
        }

        // All queries begin as nothing, so what they first say to each other is the same for every picture: it is learned at once.
        Value x = net.Noise("queries.first", 1, 1, Queries, width), queries = net.Noise("queries", 1, 1, Queries, width);
        Value keys = net.Add("seen.placed", seen, places);
        for (int i = 1; i <= Depth; i++)
        {
            string name = $"decoder{i}";
            if (i > 1)
            {
                Value asked = net.Add($"{name}.asked", x, queries);
                x = Joined($"{name}.1", x, Attention($"{name}.self", asked, asked, x));
            }
            x = Joined($"{name}.2", x, Attention($"{name}.cross", net.Add($"{name}.asking", x, queries), keys, seen));
            x = Joined($"{name}.3", x, net.Mlp($"{name}.mlp", x, hidden, Activation.Relu));
        }
        x = net.LayerNorm("norm", x);
        net.Output("scores", net.Linear("classify", x, net.Classes + 1));
        x = net.Activate("box1", net.Linear("box1", x, width), Activation.Relu);
        x = net.Activate("box2", net.Linear("box2", x, width), Activation.Relu);
        net.Output("boxes", net.Activate("box3", net.Linear("box3", x, 4), Activation.Sigmoid));

        Value Tokens(string name, Value y) => net.Transpose($"{name}.tokens", net.Reshape($"{name}.flat", y, 0, 0, -1), 0, 2, 1);

        Value Joined(string name, Value a, Value b) => net.LayerNorm($"{name}.norm", net.Add($"{name}.add", a, b));

        Value Attention(string name, Value q, Value k, Value v) => net.Linear($"{name}.project",
            net.Attend(name, net.Linear($"{name}.q", q, width), net.Linear($"{name}.k", k, width), net.Linear($"{name}.v", v, width), HeadCount), width);
    }
}
