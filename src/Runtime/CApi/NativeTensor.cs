using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.CApi;

/// <summary><c>edgekit_tensor</c> of edgekit.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTensor
{
    public byte* Name;
    public int Type;
    public int Rank;
    public fixed int Dims[Plan.TensorRecord.MaxRank];
    public float Scale;
    public int ZeroPoint;
    public int Order;
    public long Bytes;
}
