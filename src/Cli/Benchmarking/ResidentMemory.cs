using System.Diagnostics;

namespace EdgeKit.Cli.Benchmarking;

/// <summary>Physical memory of this process.</summary>
internal static class ResidentMemory
{
    /// <summary>Bytes in use now, after the garbage of .NET is gone.</summary>
    public static long Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
