using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeKit.Devices;

/// <summary>
/// Tells systemd that the service is ready and alive, as sd_notify(3) describes: datagrams to the socket that <c>NOTIFY_SOCKET</c> names. Elsewhere it does nothing. After the first
/// message nothing is allocated.
/// </summary>
public sealed unsafe partial class ServiceNotifier : IDisposable
{
    private const int Unix = 1, Datagram = 2, CloseOnExec = 0x80000, NoSignal = 0x4000, LongestPath = 107;

    private readonly byte[] _address;
    private readonly int _socket = -1;
    private readonly TimeSpan _interval;
    private long _told;
    private bool _isReady;

    /// <summary>Takes the socket and the interval of the watchdog from the environment.</summary>
    public ServiceNotifier()
        : this(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Environment.GetEnvironmentVariable("WATCHDOG_USEC"))
    {
    }

    internal ServiceNotifier(string? path, string? watchdogMicroseconds)
    {
        _address = [];
        _interval = long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) ? TimeSpan.FromMicroseconds(microseconds / 2.0) : TimeSpan.MaxValue;
        if (!OperatingSystem.IsLinux() || path is not { Length: > 1 } || (path[0] != '/' && path[0] != '@')) return;
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length > LongestPath) return;
        if (name[0] == '@') name[0] = 0;
        // struct sockaddr_un: the family, then the path.
        _address = [Unix, 0, .. name];
        _socket = Open(Unix, Datagram | CloseOnExec, 0);
    }

    /// <summary>The service works: called at every turn of its loop, it says so as often as is asked for.</summary>
    public void Alive()
    {
        if (_socket < 0) return;
        if (!_isReady)
        {
            _isReady = true;
            Tell("READY=1"u8);
        }
        if (_interval == TimeSpan.MaxValue || (_told != 0 && Stopwatch.GetElapsedTime(_told) < _interval)) return;
        _told = Stopwatch.GetTimestamp();
        Tell("WATCHDOG=1"u8);
    }

    /// <summary>The service ends.</summary>
    public void Dispose()
    {
        if (_socket < 0) return;
        Tell("STOPPING=1"u8);
        _ = Close(_socket);
    }

    private void Tell(ReadOnlySpan<byte> message)
    {
        // Where nobody listens any more there is nothing to do about it.
        fixed (byte* text = message, address = _address) _ = Send(_socket, text, (nuint)message.Length, NoSignal, address, (uint)_address.Length);
    }

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int Open(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "sendto")]
    private static partial nint Send(int socket, byte* message, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
