using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeKit.Devices;

/// <summary>
/// A program that is started with posix_spawn, whose output is read through a pipe and whose last line of complaint is kept. It has a process group of its own, which is ended with it.
/// .NET's Process does more, and takes 0.9 MB of the agent's program. Linux only.
/// </summary>
internal sealed unsafe partial class ChildProgram : IDisposable
{
    private const int Kill9 = 9, PipeSignal = 13, CloseOnExec = 0x80000, NoHang = 1;
    private const short SetGroup = 0x02, SetSignalDefaults = 0x04;

    // Larger than the C library's structures on any machine.
    private const int OpaqueBytes = 1024;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly object _gate = new();
    private readonly int _id;
    private bool _isReaped;
    private int? _code;
    private string _lastLine = "";

    private ChildProgram(int id, int output, int errors)
    {
        _id = id;
        Output = new FileStream(new SafeFileHandle(output, ownsHandle: true), FileAccess.Read, bufferSize: 0);
        var complaints = new FileStream(new SafeFileHandle(errors, ownsHandle: true), FileAccess.Read, bufferSize: 0);
        new Thread(() => Listen(complaints)) { IsBackground = true, Name = "complaints" }.Start();
    }

    /// <summary>What it writes to its standard output.</summary>
    public Stream Output { get; }

    /// <summary>The last line that it wrote to its standard error.</summary>
    public string LastLine => Volatile.Read(ref _lastLine);

    /// <summary>Starts a program with nothing to read.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="IOException">It cannot be started; the message says why.</exception>
    public static ChildProgram Start(string program, IReadOnlyList<string> arguments)
    {
        if (!OperatingSystem.IsLinux()) throw new IOException("programs are started on Linux only");
        int* output = stackalloc int[2] { -1, -1 }, errors = stackalloc int[2] { -1, -1 };
        byte* actions = stackalloc byte[OpaqueBytes], attributes = stackalloc byte[OpaqueBytes], signals = stackalloc byte[OpaqueBytes];
        var environment = new List<string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables()) environment.Add($"{variable.Key}={variable.Value}");
        byte** argv = Strings([program, .. arguments]), envp = Strings(environment);
        _ = InitActions(actions);
        _ = InitAttributes(attributes);
        try
        {
            if (OpenPipe(output, CloseOnExec) != 0 || OpenPipe(errors, CloseOnExec) != 0) throw new IOException($"no pipe: errno {Marshal.GetLastPInvokeError()}");
            _ = AddOpen(actions, 0, "/dev/null", 0, 0);
            _ = AddDuplicate(actions, output[1], 1);
            _ = AddDuplicate(actions, errors[1], 2);
            // .NET ignores the signal of a broken pipe; a program that nobody reads any more should end.
            _ = EmptySet(signals);
            _ = AddSignal(signals, PipeSignal);
            _ = SetDefaults(attributes, signals);
            _ = SetFlags(attributes, SetGroup | SetSignalDefaults);
            int error = Spawn(out int id, program, actions, attributes, argv, envp);
            if (error != 0) throw new IOException(error == 2 ? "there is no such program" : error == 13 ? "it may not be run" : $"errno {error}");
            var child = new ChildProgram(id, output[0], errors[0]);
            output[0] = errors[0] = -1;
            return child;
        }
        finally
        {
            foreach (int file in (ReadOnlySpan<int>)[output[0], output[1], errors[0], errors[1]])
            {
                if (file >= 0) _ = Close(file);
            }
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
            Free(argv);
            Free(envp);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code, 128 and the signal's number where a signal ended it; null where it goes on.</returns>
    public int? WaitForExit(TimeSpan patience)
    {
        using var pause = new ManualResetEvent(initialState: false);
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            lock (_gate)
            {
                Reap();
                if (_isReaped) return _code;
            }
            if (Stopwatch.GetElapsedTime(start) >= patience) return null;
            pause.WaitOne(Poll);
        }
    }

    /// <summary>Ends it and what it has started.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            Reap();
            // The number of a program that has been waited for may be another's.
            if (!_isReaped) _ = Signal(-_id, Kill9);
        }
    }

    public void Dispose()
    {
        Kill();
        Output.Dispose();
        _ = WaitForExit(TimeSpan.FromSeconds(1));
    }

    private void Reap()
    {
        if (_isReaped) return;
        int status = 0, result = WaitFor(_id, &status, NoHang);
        if (result == 0) return;
        _isReaped = true;
        if (result == _id) _code = (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F);
    }

    private void Listen(FileStream complaints)
    {
        using var reader = new StreamReader(complaints);
        try
        {
            while (reader.ReadLine() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line)) Volatile.Write(ref _lastLine, line.Trim());
            }
        }
        catch (IOException)
        {
            // It has said what it had to say.
        }
    }

    private static byte** Strings(List<string> texts)
    {
        var list = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < texts.Count; i++) list[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        return list;
    }

    private static void Free(byte** list)
    {
        for (byte** text = list; *text != null; text++) Marshal.FreeCoTaskMem((nint)(*text));
        NativeMemory.Free(list);
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int OpenPipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int id, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitFor(int id, int* status, int options);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySet(byte* set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    private static partial int AddSignal(byte* set, int signal);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(out int id, string program, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int file, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int file, int newFile);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);
}
