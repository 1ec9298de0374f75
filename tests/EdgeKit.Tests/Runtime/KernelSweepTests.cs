using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.Kernels.Pixels;
using EdgeKit.Runtime.Kernels.X86;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Every kernel of the registry against the scalar reference, with every buffer ending at a guard page.</summary>
public sealed unsafe class KernelSweepTests
{
    /// <summary>Largest difference of float sums, relative to the number of terms, where a multiply-add is not fused here but is in the reference.</summary>
    private const float UnfusedTolerance = 1e-5f;

    public static TheoryData<string> Supported()
    {
        var data = new TheoryData<string>();
        for (int i = 0; i < KernelRegistry.Count; i++)
        {
            if (KernelRegistry.At(i).Supported) data.Add(KernelRegistry.NameOf(i));
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Supported))]
    public void Kernel_equals_the_reference(string name)
    {
        int kernel = Enumerable.Range(0, KernelRegistry.Count).First(i => KernelRegistry.NameOf(i) == name);
        bool fused = Fma.IsSupported || AdvSimd.IsSupported;
        Sweep(name, (memory, failed) => KernelSweep.Run(kernel, memory, fused ? 0 : UnfusedTolerance, failed));
    }

    [Fact]
    public void Pixel_kernels_equal_scalar_arithmetic()
    {
        Sweep("portable", static (memory, failed) => PixelSweep.Run<PortablePixelLanes>(memory, failed));
        if (Sse41.IsSupported) Sweep("SSE4.1", static (memory, failed) => PixelSweep.Run<Sse41PixelLanes>(memory, failed));
    }

    private delegate int Sweeper(SweepMemory* memory, SweepCase* failed);

    private static void Sweep(string name, Sweeper run)
    {
        var buffers = new GuardedBuffer[SweepMemory.Count];
        try
        {
            SweepMemory memory = default;
            for (int i = 0; i < buffers.Length; i++)
            {
                buffers[i] = new GuardedBuffer(SweepMemory.Bytes);
                memory.Set(i, buffers[i].Last<byte>(0));
            }
            SweepCase failed = default;
            int cases = run(&memory, &failed);
            Assert.True(cases > 0, $"{name} differs: rows {failed.Rows}, taps {failed.Taps}, depth {failed.Depth}, columns {failed.Columns}, " +
                $"form {failed.Form}, dilation {failed.Dilation}, {failed.Values}");
        }
        finally
        {
            foreach (GuardedBuffer buffer in buffers) buffer?.Dispose();
        }
    }

    [Fact]
    public void Kernel_names_are_unique()
    {
        string[] names = [.. Enumerable.Range(0, KernelRegistry.Count).Select(KernelRegistry.NameOf)];
        Assert.Equal(names.Length, names.Distinct().Count());
    }
}
