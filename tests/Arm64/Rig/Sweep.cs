using System.Runtime.InteropServices;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.Kernels.Pixels;
using EdgeKit.Testing;

namespace EdgeKit.Arm64.Rig;

/// <summary>The comparison of kernels with the scalar reference, for main.c.</summary>
internal static unsafe class Sweep
{
    [UnmanagedCallersOnly(EntryPoint = "edgekit_sweep_buffers")]
    public static int Buffers() => SweepMemory.Count;

    [UnmanagedCallersOnly(EntryPoint = "edgekit_sweep_bytes")]
    public static long Bytes() => SweepMemory.Bytes;

    /// <summary>Returns the number of cases, all equal; 0 where this build has no such kernel; -1 with the sizes of the first case that differs.</summary>
    [UnmanagedCallersOnly(EntryPoint = "edgekit_sweep")]
    public static int Run(int kernel, byte** ends, int* failed)
    {
        // After the registry's kernels come the loops over pixels.
        if ((uint)kernel > KernelRegistry.Count || (kernel < KernelRegistry.Count && !KernelRegistry.At(kernel).Supported)) return 0;
        SweepMemory memory = default;
        for (int i = 0; i < SweepMemory.Count; i++) memory.Set(i, ends[i]);
        SweepCase c = default;
        // A multiply-add is fused on every ARM64, so that floats too are equal bit for bit.
        int cases = kernel == KernelRegistry.Count ? PixelSweep.Run<PortablePixelLanes>(&memory, &c) : KernelSweep.Run(kernel, &memory, 0, &c);
        failed[0] = c.Rows;
        failed[1] = c.Taps;
        failed[2] = c.Depth;
        failed[3] = c.Columns;
        failed[4] = c.Form;
        failed[5] = c.Dilation;
        failed[6] = (int)c.Values;
        return cases;
    }
}
