using System.Diagnostics;

namespace EdgeKit.Cli;

/// <summary>A bar on a terminal; one line at the start elsewhere. Safe to report to from several threads.</summary>
internal sealed class Progress : IProgress<int>, IProgress<double>, IDisposable
{
    private const int BarColumns = 30;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Terminal _terminal;
    private readonly string _what;
    private readonly int _total;
    private readonly Lock _lock = new();
    private long _drawn;
    private int _columns;

    /// <param name="terminal">Where to draw.</param>
    /// <param name="what">What is being done: "calibrating".</param>
    /// <param name="total">Number of steps, for reports of steps done.</param>
    public Progress(Terminal terminal, string what, int total = 1)
    {
        _terminal = terminal;
        _what = what;
        _total = Math.Max(total, 1);
        if (!terminal.ErrorIsTerminal) terminal.Note(total > 1 ? $"{what} ({total})" : what);
    }

    /// <summary>Steps done so far.</summary>
    public void Report(int value) => Report((double)value / _total);

    /// <summary>Share done so far, 0 to 1.</summary>
    public void Report(double value)
    {
        if (!_terminal.ErrorIsTerminal) return;
        lock (_lock)
        {
            if (_drawn != 0 && value < 1 && Stopwatch.GetElapsedTime(_drawn) < Interval) return;
            _drawn = Stopwatch.GetTimestamp();
            int filled = (int)Math.Round(Math.Clamp(value, 0, 1) * BarColumns);
            string line = $"{_what} [{new string('#', filled)}{new string('.', BarColumns - filled)}] {Math.Clamp(value, 0, 1) * 100:F0} %";
            _terminal.Error.Write($"\r{line.PadRight(_columns)}");
            _columns = line.Length;
        }
    }

    /// <summary>Removes the bar.</summary>
    public void Dispose()
    {
        if (_columns > 0) _terminal.Error.Write($"\r{new string(' ', _columns)}\r");
    }
}
