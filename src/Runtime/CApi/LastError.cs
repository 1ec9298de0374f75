using System.Text;

namespace EdgeKit.Runtime.CApi;

/// <summary>The message of each thread's last failure, as a C string.</summary>
internal static unsafe class LastError
{
    [ThreadStatic]
    private static byte[]? _text;

    /// <summary>The message, empty if there was no failure on this thread; valid until the next <see cref="Set"/> on it.</summary>
    public static byte* Pointer
    {
        get
        {
            if (_text is null) Set("");
            fixed (byte* start = _text) return start;
        }
    }

    public static void Set(string message)
    {
        // Pinned, so that C may keep the pointer.
        byte[] text = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(message) + 1, pinned: true);
        Encoding.UTF8.GetBytes(message, text);
        _text = text;
    }
}
