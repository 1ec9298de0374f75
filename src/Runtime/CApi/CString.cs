using System.Runtime.InteropServices;
using System.Text;

namespace EdgeKit.Runtime.CApi;

/// <summary>Strings for C.</summary>
internal static unsafe class CString
{
    /// <summary>A copy in native memory, UTF-8 with a final zero; freed with <see cref="NativeMemory.Free"/>.</summary>
    public static byte* Of(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        var copy = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(copy, length));
        return copy;
    }
}
