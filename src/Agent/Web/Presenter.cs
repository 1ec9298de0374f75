using System.Buffers;
using System.Diagnostics;
using EdgeKit.Agent.Showing;
using EdgeKit.Devices;

namespace EdgeKit.Agent.Web;

/// <summary>
/// Turns results into what is shown: draws the findings on the picture and writes it as JPEG, on a thread of low priority, only while somebody looks on, so many times a second at most,
/// and for no more than a quarter of its time.
/// </summary>
internal sealed class Presenter : IDisposable
{
    private const int RestsForWork = 3;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(0.5);

    private readonly object _demand = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ResultPicture _picture = new();
    private readonly TimeSpan _interval;
    private readonly int _mostViewers;
    private readonly Thread _thread;
    private int _viewers;
    private int _askers;
    private long _refused;

    /// <summary>Starts.</summary>
    /// <param name="mostViewers">Most viewers of pictures.</param>
    /// <param name="framesPerSecond">Most pictures a second.</param>
    public Presenter(int mostViewers, int framesPerSecond)
    {
        (_mostViewers, _interval) = (mostViewers, TimeSpan.FromSeconds(1.0 / framesPerSecond));
        _thread = LowPriority.Start("web pictures", Run);
    }

    /// <summary>Where results come from.</summary>
    public ResultSlot Results { get; } = new();

    /// <summary>Pictures with what was found in them, as JPEG.</summary>
    public Broadcast Pictures { get; } = new();

    /// <summary>Results, as JSON.</summary>
    public Broadcast Findings { get; } = new();

    /// <summary>Viewers of pictures.</summary>
    public int Viewers
    {
        get
        {
            lock (_demand) return _viewers;
        }
    }

    /// <summary>Viewers that there was no room for.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>A viewer comes.</summary>
    /// <returns>Whether there is room for it; it then has to leave.</returns>
    public bool TryEnter()
    {
        lock (_demand)
        {
            if (_viewers == _mostViewers)
            {
                Volatile.Write(ref _refused, _refused + 1);
                return false;
            }
            _viewers++;
            Monitor.Pulse(_demand);
            return true;
        }
    }

    /// <summary>A viewer leaves.</summary>
    public void Leave()
    {
        lock (_demand) _viewers--;
    }

    /// <summary>Waits for the next result.</summary>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>A publication of <see cref="Findings"/>, to be given back.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public async Task<Publication> NextFindings(CancellationToken cancel)
    {
        Task<Publication> next = Findings.Next(Findings.Newest, cancel);
        AddAskers(1);
        try
        {
            return await next.ConfigureAwait(false);
        }
        finally
        {
            AddAskers(-1);
        }
    }

    /// <summary>Stops.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        lock (_demand) Monitor.PulseAll(_demand);
        _thread.Join();
        _stop.Dispose();
    }

    private void AddAskers(int count)
    {
        lock (_demand)
        {
            _askers += count;
            Monitor.Pulse(_demand);
        }
    }

    private void Run()
    {
        while (WaitForDemand(out bool withPicture))
        {
            if (!Results.Ask(withPicture, Turn)) continue;
            long start = Stopwatch.GetTimestamp();
            Publication findings = Findings.Draft();
            findings.Content.Write(Results.Json);
            Findings.Publish(findings);
            if (Results.HasPicture) Show();
            TimeSpan work = Stopwatch.GetElapsedTime(start), rest = work * RestsForWork;
            _stop.Token.WaitHandle.WaitOne(rest > _interval - work ? rest : _interval - work);
        }
    }

    /// <summary>Waits until somebody looks on.</summary>
    /// <returns>False when it is to stop.</returns>
    private bool WaitForDemand(out bool withPicture)
    {
        lock (_demand)
        {
            while (_viewers == 0 && _askers == 0 && !_stop.IsCancellationRequested) Monitor.Wait(_demand);
            withPicture = _viewers > 0;
        }
        return !_stop.IsCancellationRequested;
    }

    private void Show()
    {
        Publication shown = Pictures.Draft();
        if (_picture.TryEncode(Results, shown.Content)) Pictures.Publish(shown);
    }
}
