using System.Collections.Concurrent;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>
/// Rendered scenes of which a training sees some at a time: a window that moves on with every step. A step draws from the scenes in its window, so that each is
/// drawn some times before it leaves; which ones is a function of the step alone. Safe to call from several threads.
/// </summary>
internal sealed class SceneWindow
{
    private static readonly SceneOptions s_busy = SceneOptions.Default with { Busy = true };

    private readonly ConcurrentDictionary<long, Lazy<(Frame Frame, SceneLabels Labels)>> _scenes = new();
    private readonly int _width, _height;
    private readonly double _pace;
    private readonly ulong _firstSeed;
    private readonly bool _busy;

    /// <param name="width">Width of the pictures.</param>
    /// <param name="height">Height of the pictures.</param>
    /// <param name="pace">Scenes by which a step moves it.</param>
    /// <param name="firstSeed">Seed of the first scene; the others follow.</param>
    /// <param name="busy">Whether every second scene is <see cref="SceneOptions.Busy"/>.</param>
    public SceneWindow(int width, int height, double pace, ulong firstSeed, bool busy) =>
        (_width, _height, _pace, _firstSeed, _busy) = (width, height, pace, firstSeed, busy);

    /// <summary>One of the scenes of a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="index">From 0, counted from the beginning of the window.</param>
    public (Frame Frame, SceneLabels Labels) Scene(long step, int index)
    {
        long scene = First(step) + index;
        return _scenes.GetOrAdd(scene, n => new(() => SceneRenderer.Render(_firstSeed + (ulong)n, _width, _height, _busy && long.IsOddInteger(n) ? s_busy : null))).Value;
    }

    /// <summary>Forgets what no later step draws; batches that are made ahead may still be a step or two behind.</summary>
    public void MoveTo(long step)
    {
        const int Slack = 4;
        long first = First(Math.Max(0, step - Slack));
        foreach (long scene in _scenes.Keys)
            if (scene < first) _scenes.TryRemove(scene, out _);
    }

    private long First(long step) => (long)(step * _pace);
}
