using EdgeKit.Devices;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Agent;

/// <summary>The model that watch runs: one file, or the one that slots say, which may change while it runs.</summary>
internal sealed class WatchedModel : IDisposable
{
    /// <summary>Frames that confirm a model on trial.</summary>
    private const int FramesToConfirm = 30;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Func<string, AgentModel> _load;
    private readonly ModelSlots? _slots;
    private readonly Action<string> _tell;
    private readonly TimeProvider _clock;
    private SlotModel? _current;
    private long _looked;
    private int _frames;

    /// <summary>Loads a file.</summary>
    /// <exception cref="PlanException">The model is malformed or takes no pictures.</exception>
    /// <exception cref="UsageException">The preprocessing is missing or does not fit the model.</exception>
    public WatchedModel(string path, Func<string, AgentModel> load)
    {
        (Name, _load, _tell, _clock) = (path, load, static _ => { }, TimeProvider.System);
        Model = load(path);
    }

    /// <summary>Loads what slots say.</summary>
    /// <param name="slots">The slots.</param>
    /// <param name="load">Loads a file.</param>
    /// <param name="tell">Gets a line when the model changes.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    /// <exception cref="SlotException">There is no whole model.</exception>
    public WatchedModel(ModelSlots slots, Func<string, AgentModel> load, Action<string> tell, TimeProvider? clock = null)
    {
        (_slots, _load, _tell, _clock) = (slots, load, tell, clock ?? TimeProvider.System);
        _looked = _clock.GetTimestamp();
        Model = Start();
        Name = Path.GetFileName(Model.Session.File.Name);
    }

    /// <summary>What lines call it where there are several: the file as it was given.</summary>
    public string Name { get; }

    /// <summary>The model.</summary>
    public AgentModel Model { get; private set; }

    /// <summary>Its slot; null of a file that is in none.</summary>
    public SlotModel? Slot => _current;

    /// <summary>Looks once a second whether there is another model, and loads it. What cannot be loaded leaves this one at work.</summary>
    /// <returns>Whether <see cref="Model"/> has changed.</returns>
    public bool Refresh()
    {
        if (_slots is null || _clock.GetElapsedTime(_looked) < Look) return false;
        _looked = _clock.GetTimestamp();
        try
        {
            if (_slots.Current() is not { } next || (next.Slot == _current?.Slot && next.Sha256 == _current.Sha256)) return false;
            SlotModel? before = _current;
            AgentModel loaded = Start();
            if (before is not null && _current!.Slot == before.Slot && _current.Sha256 == before.Sha256)
            {
                // The other did not load and has given way to the one at work.
                loaded.Dispose();
                return false;
            }
            Model.Dispose();
            Model = loaded;
            _tell($"the model of slot {_current!.Slot} takes over, SHA-256 {_current.Sha256}");
            return true;
        }
        catch (Exception e) when (e is SlotException or PlanException or UsageException or IOException)
        {
            _tell($"{e.Message}; the model at work stays");
            return false;
        }
    }

    /// <summary>A frame went through the model.</summary>
    /// <returns>Whether that confirmed it.</returns>
    public bool Worked()
    {
        if (_slots is null || _current is not { IsOnTrial: true } || ++_frames < FramesToConfirm) return false;
        _slots.Confirm(_current);
        _current = _current with { IsOnTrial = false };
        return true;
    }

    public void Dispose() => Model.Dispose();

    private AgentModel Start()
    {
        SlotModel next = _slots!.Start(_tell);
        AgentModel model;
        try
        {
            model = _load(next.Path);
        }
        catch (Exception e) when (next.IsOnTrial && e is PlanException or UsageException)
        {
            _tell($"{e.Message}; back to the model before");
            next = _slots.RollBack();
            model = _load(next.Path);
        }
        (_current, _frames) = (next, 0);
        return model;
    }
}
