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
            foreach (int tensor in session.Operator(i).Outputs.Where(t => session.Tensors[t].Type == PlanType.Int8)) Append(int8, Elements(session, tensor));
        }
        var outputs = new List<byte>();
        for (int i = 0; i < session.Outputs.Count; i++) Append(outputs, session.OutputBytes(i));
        return new Checksums(Of(outputs), int8.Count > 0 ? Of(int8) : null);
    }

    /// <summary>The bytes of an INT8 tensor, without those that other tensors have between its pixels.</summary>
    private static ReadOnlySpan<byte> Elements(Session session, int tensor)
    {
        TensorInfo info = session.Tensors[tensor];
        ReadOnlySpan<byte> bytes = session.TensorBytes(tensor);
        if (info.PixelStride == info.Channels) return bytes;
        byte[] elements = new byte[info.ElementCount];
        for (int i = 0; i < elements.Length / info.Channels; i++) bytes.Slice(i * info.PixelStride, info.Channels).CopyTo(elements.AsSpan(i * info.Channels));
        return elements;
    }

    /// <summary>A list of checksums, so that no copy of all tensors is held.</summary>
    private static void Append(List<byte> checksums, ReadOnlySpan<byte> tensor) => checksums.AddRange(BitConverter.GetBytes(PlanFile.ChecksumOf(tensor)));

    private static uint Of(List<byte> checksums) => PlanFile.ChecksumOf(checksums.ToArray());
}
