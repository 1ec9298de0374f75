using System.Diagnostics;
using EdgeKit.Cli.Drawing;
using EdgeKit.Training.Running;

namespace EdgeKit.Cli.Training;

/// <summary>How far a training is: on a terminal one line that changes, with the loss so far as a sparkline; elsewhere a line now and then.</summary>
internal sealed class TrainingBar(Terminal terminal, string what) : IDisposable
{
    private const int SparkColumns = 24;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200), LineInterval = TimeSpan.FromSeconds(30);

    private readonly List<float> _losses = [];
    private long _start;
    private long _first;
    private long _drawn;
    private int _columns;

    /// <summary>Tells of a step.</summary>
    public void Report(TrainingProgress progress)
    {
        if (_losses.Count == 0) (_start, _first) = (Stopwatch.GetTimestamp(), progress.Step);
        _losses.Add((float)progress.Loss);
        bool last = progress.Step == progress.Steps;
        if (_drawn != 0 && !last && Stopwatch.GetElapsedTime(_drawn) < (terminal.ErrorIsTerminal ? Interval : LineInterval)) return;
        _drawn = Stopwatch.GetTimestamp();
        string line = Units.Invariant($"{what} {progress.Step}/{progress.Steps} loss {Recent():F4} {Sparkline.Of(_losses, SparkColumns)}{Left(progress)}");
        if (terminal.ErrorIsTerminal) terminal.Error.Write($"\r{line.PadRight(_columns)}");
        else terminal.Note(line);
        _columns = line.Length;
    }

    /// <summary>Removes the line.</summary>
    public void Dispose()
    {
        if (terminal.ErrorIsTerminal && _columns > 0) terminal.Error.Write($"\r{new string(' ', _columns)}\r");
    }

    private double Recent() => Sparkline.Mean(_losses, Math.Max(0, _losses.Count - 20), _losses.Count);

    private string Left(TrainingProgress progress)
    {
        if (progress.Step == _first || progress.Step == progress.Steps) return "";
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds / (progress.Step - _first) * (progress.Steps - progress.Step);
        return seconds < 90 ? Units.Invariant($" {seconds:F0} s left") : Units.Invariant($" {seconds / 60:F1} min left");
    }
}
