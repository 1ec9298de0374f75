using System.Buffers;
using System.Diagnostics;
using EdgeKit.Agent.Showing;
using EdgeKit.Devices;
using EdgeKit.Imaging;

namespace EdgeKit.Agent.Recording;

/// <summary>
/// Records pictures with what was found drawn on them, on a thread of low priority: so many a second at most, and for no more than a quarter of its time.
/// </summary>
/// <param name="folder">Where they go.</param>
/// <param name="framesPerSecond">Most pictures a second.</param>
internal sealed class Recorder(RecordFolder folder, int framesPerSecond) : IOnlooker
{
    private const int RestsForWork = 3;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(0.2);

    private readonly CancellationTokenSource _stop = new();
    private readonly ResultSlot _results = new();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1.0 / framesPerSecond);
    private Thread? _thread;

    public bool IsAsking => _results.IsAsking;

    public void Begin(WatchFacts facts, WatchedModels models) => _thread = LowPriority.Start("record", Run);

    public void ModelChanged(WatchedModels models)
    {
    }

    public void Count(double latency)
    {
    }

    public void Show(RawPicture picture, ModelResult[] results, ReadOnlySpan<byte> json) => _results.Fill(picture, results, json);

    /// <summary>Ends with what was asked for last.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Join();
        folder.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        var picture = new ResultPicture();
        var content = new ArrayBufferWriter<byte>();
        while (!_stop.IsCancellationRequested)
        {
            if (!_results.Ask(withPicture: true, Turn)) continue;
            long start = Stopwatch.GetTimestamp();
            content.ResetWrittenCount();
            if (picture.TryEncode(_results, content)) folder.Add(content.WrittenSpan);
            TimeSpan work = Stopwatch.GetElapsedTime(start), rest = work * RestsForWork;
            _stop.Token.WaitHandle.WaitOne(rest > _interval - work ? rest : _interval - work);
        }
    }
}
