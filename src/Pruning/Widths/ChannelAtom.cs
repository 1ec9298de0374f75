namespace EdgeKit.Pruning.Widths;

/// <summary>The least that can be removed on its own: one channel group, or several that a grouped layer's equal groups tie together.</summary>
/// <param name="Groups">Indices of the channel groups.</param>
/// <param name="Score">Sum of their scores.</param>
internal sealed record ChannelAtom(int[] Groups, double Score);
