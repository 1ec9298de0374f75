namespace EdgeKit.Runtime.Execution;

/// <summary>Where a tensor lies in activation memory, and when.</summary>
/// <param name="Tensor">Number of the tensor.</param>
/// <param name="Offset">First byte in the arena.</param>
/// <param name="Bytes">Bytes from its first element to past its last.</param>
/// <param name="First">The operator that writes it first; 0 for inputs.</param>
/// <param name="Last">The last operator that reads or writes it; inputs stay to the end.</param>
public sealed record ArenaSpan(int Tensor, long Offset, long Bytes, int First, int Last);
