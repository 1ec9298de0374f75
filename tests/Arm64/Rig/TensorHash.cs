using EdgeKit.Runtime.Plan;

namespace EdgeKit.Arm64;

/// <summary>FNV-1a of 64 bits over a tensor's elements in the order of its dimensions, whatever lies between them in memory.</summary>
internal static unsafe class TensorHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(TensorRecord* tensor, byte* data)
    {
        long innermost = tensor->Rank == 0 ? 1 : tensor->Dims[tensor->Rank - 1];
        long outer = tensor->ElementCount / innermost;
        long row = innermost * tensor->ElementBytes, step = tensor->Rank == 0 ? row : (long)tensor->PixelStride * tensor->ElementBytes;
        ulong hash = Offset;
        for (long i = 0; i < outer; i++)
        {
            for (long k = 0; k < row; k++) hash = unchecked((hash ^ data[i * step + k]) * Prime);
        }
        return hash;
    }

    /// <summary>One hash of many.</summary>
    public static ulong Join(ulong hash, ulong next) => unchecked((hash ^ next) * Prime);
}
