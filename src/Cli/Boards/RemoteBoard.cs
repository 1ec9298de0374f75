using System.Diagnostics;
using System.Text;

namespace EdgeKit.Cli.Boards;

/// <summary>How a board is reached.</summary>
/// <param name="Name">As ssh takes it.</param>
/// <param name="Options">Options of ssh, such as Port=2222.</param>
/// <param name="Program">The program that is ssh.</param>
internal sealed record RemoteHost(string Name, IReadOnlyList<string> Options, string Program);

/// <summary>
/// A board that is reached by the system's ssh, and a folder on it that goes away with this object. Files go through ssh too, as the input of a program: scp
/// has its names taken apart by the board's shell or not, depending on its version.
/// </summary>
internal sealed class RemoteBoard : IDisposable
{
    private const int SshFailed = 255;

    private readonly string _host;
    private readonly string[] _arguments;
    private readonly string _program;
    private readonly Terminal _terminal;

    /// <summary>Makes the folder.</summary>
    /// <param name="remote">How it is reached.</param>
    /// <param name="purpose">A word for the folder's name.</param>
    /// <param name="terminal">Gets what it complains of.</param>
    /// <exception cref="CliException">The board cannot be reached.</exception>
    public RemoteBoard(RemoteHost remote, string purpose, Terminal terminal)
    {
        string host = remote.Name;
        if (host.Length == 0 || host[0] == '-') throw CliException.Usage($"--host: '{host}' is no host; write user@board");
        (_host, _program, _terminal) = (host, remote.Program, terminal);
        _arguments = [.. remote.Options.SelectMany(static o => (string[])["-o", o]), "--", host];
        (int code, byte[] output) = Execute(null, terminal.Cancel, "mktemp", "-d", $"/tmp/edgekit-{purpose}.XXXXXX");
        string folder = Encoding.UTF8.GetString(output).Trim();
        if (code != 0 || !folder.StartsWith('/') || folder.Any(char.IsControl)) throw CliException.Failure($"{host}: no folder could be made there{(code == 0 ? $": mktemp says '{folder}'" : Reason)}");
        Folder = folder;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The last line that it complained with.</summary>
    public string LastLine { get; private set; } = "";

    private string Reason => LastLine.Length > 0 ? $": {LastLine}" : "";

    /// <summary>Copies a file into the folder.</summary>
    /// <param name="file">The file here.</param>
    /// <param name="name">Its path in the folder, whose own folders are made.</param>
    /// <returns>Its path on the board.</returns>
    public string Put(string file, string name)
    {
        using FileStream content = File.OpenRead(file);
        return Put(content, name);
    }

    /// <inheritdoc cref="Put(string, string)"/>
    /// <param name="content">What is in the file.</param>
    /// <param name="name">Its path in the folder, whose own folders are made.</param>
    public string Put(Stream content, string name)
    {
        string path = $"{Folder}/{name}";
        if (Path.GetDirectoryName(name) is { Length: > 0 } inner) Require(null, "mkdir", "-p", $"{Folder}/{inner}");
        Require(content, "dd", "status=none", $"of={path}");
        return path;
    }

    /// <summary>Lets a file of the folder be run.</summary>
    public void MakeExecutable(string path) => Require(null, "chmod", "700", path);

    /// <summary>Runs a program; what it writes to its error output is passed on as it comes.</summary>
    /// <returns>Its exit code, and what it wrote.</returns>
    public (int Code, string Output) Run(params string[] words)
    {
        (int code, byte[] output) = Execute(null, _terminal.Cancel, words);
        return code == SshFailed ? throw CliException.Failure($"{_host}: ssh failed{Reason}") : (code, Encoding.UTF8.GetString(output));
    }

    /// <summary>Fetches a file; null where it is not there.</summary>
    public byte[]? Get(string path)
    {
        (int code, byte[] content) = Execute(null, _terminal.Cancel, "cat", path);
        return code == 0 ? content : null;
    }

    /// <summary>Removes the folder.</summary>
    public void Dispose()
    {
        // Also after Ctrl-C.
        (int code, _) = Execute(null, CancellationToken.None, "rm", "-rf", Folder);
        if (code != 0) _terminal.Note($"note: {_host}:{Folder} was not removed{Reason}");
    }

    /// <summary>A word as a shell takes it literally.</summary>
    public static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private void Require(Stream? input, params string[] words)
    {
        (int code, _) = Execute(input, _terminal.Cancel, words);
        if (code != 0) throw CliException.Failure($"{_host}: {words[0]} {words[^1]} failed with code {code}{Reason}");
    }

    private (int Code, byte[] Output) Execute(Stream? input, CancellationToken cancel, params string[] words)
    {
        var start = new ProcessStartInfo(_program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in _arguments) start.ArgumentList.Add(argument);
        // ssh joins its words with spaces and leaves them to the board's shell.
        start.ArgumentList.Add(string.Join(' ', words.Select(Quote)));
        using Process process = Start(start);
        using CancellationTokenRegistration stop = cancel.Register(static p => Kill((Process)p!), process);
        using var output = new MemoryStream();
        Task errors = Task.Run(() => Listen(process.StandardError), CancellationToken.None);
        Task copy = process.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None);
        try
        {
            using Stream standardInput = process.StandardInput.BaseStream;
            input?.CopyTo(standardInput);
        }
        catch (IOException)
        {
            // It ended before it had read all; its exit code tells why.
        }
        process.WaitForExit();
        Task.WaitAll([errors, copy], CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        return (process.ExitCode, output.ToArray());
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw CliException.Failure($"{_program} cannot be started: {e.Message}; install OpenSSH's client");
        }
    }

    private void Listen(StreamReader errors)
    {
        while (errors.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            LastLine = line.Trim();
            _terminal.Note(LastLine);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
