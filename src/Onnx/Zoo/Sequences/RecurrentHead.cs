namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Heads that read the features of a sequence of pictures, as a CNN gives them: LSTM (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al.,
/// 2000), or GRU (Cho et al., 2014) both ways, and a layer on the last state. The input is [steps, 1, 256].
/// </summary>
internal static class RecurrentHead
{
    /// <summary>Features of a step.</summary>
    internal const int Features = 256;

    internal static Value BuildLstm(NetBuilder net) => net.Classify(net.Recurrent("lstm", net.Input, "LSTM", net.Scaled(256), bidirectional: false));

    internal static Value BuildGru(NetBuilder net) => net.Classify(net.Recurrent("gru", net.Input, "GRU", net.Scaled(128), bidirectional: true));
}
