using System.Runtime.InteropServices;

namespace EdgeKit.Imaging;

/// <summary>Runs one native function on a thread that never enters managed code, so that the function may end by pthread_exit.</summary>
internal static unsafe class NativeThread
{
    private static readonly nint Create = Find("pthread_create");
    private static readonly nint Join = Find("pthread_join");

    /// <summary>The address of pthread_exit.</summary>
    internal static nint Exit { get; } = Find("pthread_exit");

    // glibc's pthread_exit aborts the process when it cannot load libgcc_s; musl's does without.
    internal static bool IsAvailable { get; } =
        OperatingSystem.IsLinux() && nint.Size == 8 && Create != 0 && Join != 0 && Exit != 0
        && (RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) || NativeLibrary.TryLoad("libgcc_s.so.1", out _));

    /// <summary>Calls a C function of one pointer argument and waits for it.</summary>
    /// <returns>The low 32 bits of what it returned, or of the argument of pthread_exit.</returns>
    /// <exception cref="ImageException">No thread can be started.</exception>
    internal static int Run(nint function, nint argument)
    {
        nint thread;
        if (((delegate* unmanaged<nint*, nint, nint, nint, int>)Create)(&thread, 0, function, argument) != 0)
            throw new ImageException("no thread can be started to decode it");
        nint result;
        _ = ((delegate* unmanaged<nint, nint*, int>)Join)(thread, &result);
        return (int)result;
    }

    private static nint Find(string name) =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), name, out nint address) ? address : 0;
}
