using System.Runtime.InteropServices;

namespace EdgeKit.Devices.Boards;

/// <summary>The clock that tells the time of day.</summary>
internal static unsafe partial class SystemClock
{
    private const int TimexBytes = 208, TimeError = 5;

    /// <summary>Whether something keeps the clock right, as the kernel knows it from whoever does; null where it does not tell.</summary>
    public static bool? IsSynchronized()
    {
        if (!OperatingSystem.IsLinux()) return null;
        // A struct timex of zeros asks and changes nothing.
        byte* timex = stackalloc byte[TimexBytes];
        new Span<byte>(timex, TimexBytes).Clear();
        int state = Adjust(timex);
        return state < 0 ? null : state != TimeError;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int Adjust(byte* timex);
}
