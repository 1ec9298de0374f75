namespace EdgeKit.Compiler.Ir;

/// <summary>What a copy does to the innermost dimension, alike at every position: element To[i] of the output is element From[i] of the input.</summary>
internal sealed record ChannelCopy(int[] From, int[] To);
