using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Agent;

/// <summary>
/// CRC-32C of what one run computes. That of the INT8 tensors is the same on every machine, with any number of threads, whether compiled ahead of time or not.
/// </summary>
/// <param name="Outputs">Of all outputs.</param>
/// <param name="Int8">Of every operator's INT8 output in order; null where there is none.</param>
internal sealed record Checksums(uint Outputs, uint? Int8)
{
    public static Checksums Of(Session session)
    {
        var int8 = new List<byte>();
        for (int i = 0; i < session.OperatorCount; i++)
        {
            session.RunOperator(i);
            foreach (int tensor in session.Operator(i).Outputs.Where(t => session.Tensors[t].Type == PlanType.Int8)) Append(int8, session.TensorBytes(tensor));
        }
        var outputs = new List<byte>();
        for (int i = 0; i < session.Outputs.Count; i++) Append(outputs, session.OutputBytes(i));
        return new Checksums(Of(outputs), int8.Count > 0 ? Of(int8) : null);
    }

    /// <summary>A list of checksums, so that no copy of all tensors is held.</summary>
    private static void Append(List<byte> checksums, ReadOnlySpan<byte> tensor) => checksums.AddRange(BitConverter.GetBytes(PlanFile.ChecksumOf(tensor)));

    private static uint Of(List<byte> checksums) => PlanFile.ChecksumOf(checksums.ToArray());
}
