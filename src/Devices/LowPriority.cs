using System.Runtime.InteropServices;

namespace EdgeKit.Devices;

/// <summary>
/// Threads that are to stand back behind those of the model. .NET's own priorities do nothing on Linux, so the system is asked for a nice value, which threads that are started later
/// by such a thread inherit.
/// </summary>
public static partial class LowPriority
{
    // Next to another thread, one that is ten nicer gets about a tenth of a core.
    private const int Nicer = 10;

    /// <summary>Starts a thread of low priority in the background.</summary>
    /// <param name="name">What tools such as top call it, at most 15 characters.</param>
    /// <param name="work">What it does.</param>
    /// <returns>The thread.</returns>
    public static Thread Start(string name, Action work)
    {
        var thread = new Thread(() =>
        {
            // Where the system refuses, it works at the priority of the others.
            if (OperatingSystem.IsLinux()) _ = Nice(Nicer);
            else Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
            work();
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    // On Linux it holds for the calling thread alone.
    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int increment);
}
