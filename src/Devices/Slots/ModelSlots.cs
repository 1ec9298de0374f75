using System.Diagnostics;
using System.Security.Cryptography;
using EdgeKit.Devices.Slots;

namespace EdgeKit.Devices;

/// <summary>
/// A folder with two places for a model, <c>a/</c> and <c>b/</c>, one of which is used. A new model goes to the other, is verified there, and takes over with the rename of one small file:
/// whenever the power fails, the old model or the new one is there, whole. A new model is on trial until it is confirmed; after <see cref="MaxStarts"/> starts without that, the old one
/// comes back.
/// </summary>
/// <remarks>
/// A slot holds <c>model.ekm</c>, <c>model.ekm.sig</c> where it is signed, and last of all <c>manifest</c>, a line that <c>sha256sum --check</c> reads. Without it, or where it does
/// not fit, the slot counts as empty. Names in files are compared, never opened.
/// </remarks>
public sealed class ModelSlots
{
    /// <summary>Where a key is looked for beside the folder itself: only root can put it there or take it away.</summary>
    public const string SystemKey = "/etc/edgekit/key.pem";

    /// <summary>Starts of a new model without confirmation.</summary>
    public const int MaxStarts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private const string ModelName = "model.ekm";
    private const string ManifestEnd = $"  {ModelName}\n";

    private readonly string _folder;
    private readonly IReadOnlyList<string> _keys;
    private readonly DurableFiles _files;

    /// <summary>Names the folder, which need not exist before the first <see cref="Update"/>.</summary>
    /// <param name="folder">The folder.</param>
    public ModelSlots(string folder)
        : this(folder, [SystemKey, Path.Combine(folder, "key.pem")], new DurableFiles())
    {
    }

    internal ModelSlots(string folder, IReadOnlyList<string> keys, DurableFiles files) => (_folder, _keys, _files) = (folder, keys, files);

    private string StatePath => Path.Combine(_folder, "state");

    /// <summary>Stores a model in the slot that is not used, and lets it take over.</summary>
    /// <param name="from">The model's file; its signature is beside it, with .sig at the end.</param>
    /// <param name="check">Gets the stored model's path; throws where it does not work.</param>
    /// <returns>The model that will be used from now on.</returns>
    /// <exception cref="SlotException">The model is not signed as it must be, or another update is going on. The model in use stays.</exception>
    /// <exception cref="IOException">A file cannot be read or written, as where the disk is full. The model in use stays.</exception>
    public SlotModel Update(string from, Action<string> check)
    {
        using ModelKey? key = ModelKey.Find(_keys);
        if (!File.Exists(from)) throw new SlotException($"{from}: there is no such file");
        Directory.CreateDirectory(_folder);
        using FileStream hold = Hold();
        SlotState? state = ReadState() ?? Whole(key);
        char slot = state?.Other ?? 'a';
        if (state is { Starts: not null } trial && ProblemOf(trial.Other, key) is null)
        {
            // The new model takes the place of the one on trial, so that the one that has proved itself stays.
            slot = trial.Slot;
            Write(new SlotState(trial.Other, null));
        }
        string model = PathOf(slot), signature = from + ".sig", place = Path.GetDirectoryName(model)!;
        if (IsLink(place)) throw new SlotException($"{place}: is a link, and models are not written through links; remove it");
        Directory.CreateDirectory(place);
        _files.Delete(ManifestOf(slot));
        using (FileStream content = File.OpenRead(from)) _files.Write(model, content);
        if (File.Exists(signature))
        {
            using FileStream content = File.OpenRead(signature);
            _files.Write(SignatureOf(slot), content);
        }
        else
        {
            _files.Delete(SignatureOf(slot));
        }
        if (key?.ProblemOf(model, SignatureOf(slot)) is { } problem) throw new SlotException($"{from}: {problem}; it is not used");
        check(model);
        string hash = HashOf(model);
        _files.Write(ManifestOf(slot), hash + ManifestEnd);
        Write(new SlotState(slot, 0));
        return new SlotModel(slot, model, hash, IsOnTrial: true);
    }

    /// <summary>The model to use now; counts a start of one that is on trial. Where it is not whole, or was started too often, the other takes its place.</summary>
    /// <param name="tell">Gets a line where that happens.</param>
    /// <exception cref="SlotException">There is no whole model.</exception>
    public SlotModel Start(Action<string> tell)
    {
        using ModelKey? key = ModelKey.Find(_keys);
        if (!Directory.Exists(_folder)) throw new SlotException($"{_folder}: there is no such folder; put a model there with edgekit-agent update --slots {_folder} --from MODEL.ekm");
        using FileStream hold = Hold();
        SlotState state = ReadState() ?? Whole(key) ?? new SlotState('a', null);
        string? problem = ProblemOf(state.Slot, key), otherProblem = null;
        bool isWornOut = state.Starts >= MaxStarts;
        if (problem is not null || isWornOut)
        {
            otherProblem = ProblemOf(state.Other, key);
            if (otherProblem is null)
            {
                tell($"{_folder}: the model in slot {state.Slot} {problem ?? $"was started {MaxStarts} times and not confirmed"}; back to slot {state.Other}");
                state = new SlotState(state.Other, null);
                Write(state);
                return Describe(state);
            }
        }
        if (problem is not null)
            throw new SlotException($"{_folder}: no whole model: slot {state.Slot} {problem}, slot {state.Other} {otherProblem}; put one there with edgekit-agent update");
        if (state.Starts is { } starts && !isWornOut)
        {
            state = state with { Starts = starts + 1 };
            Write(state);
        }
        return Describe(state);
    }

    /// <summary>Ends the trial of a model that works.</summary>
    public void Confirm(SlotModel model)
    {
        using FileStream hold = Hold();
        if (model.IsOnTrial && ReadState() is { Starts: not null } state && state.Slot == model.Slot) Write(state with { Starts = null });
    }

    /// <summary>Goes back to the other model.</summary>
    /// <returns>The model that will be used from now on.</returns>
    /// <exception cref="SlotException">It is not whole.</exception>
    public SlotModel RollBack()
    {
        using ModelKey? key = ModelKey.Find(_keys);
        using FileStream hold = Hold();
        char other = ReadState()?.Other ?? throw new SlotException($"{_folder}: holds no models");
        if (ProblemOf(other, key) is { } problem) throw new SlotException($"{_folder}: the model in slot {other} {problem}; there is none to go back to");
        var state = new SlotState(other, null);
        Write(state);
        return Describe(state);
    }

    /// <summary>What is wrong with the model of a slot; null where it is whole and signed as it must be.</summary>
    /// <param name="slot">a or b.</param>
    public string? ProblemOf(char slot)
    {
        using ModelKey? key = ModelKey.Find(_keys);
        return ProblemOf(slot, key);
    }

    /// <summary>What the next start would use, without counting one; null where no model was ever stored.</summary>
    public SlotModel? Current()
    {
        // An update says that a slot is not used any more before it takes its manifest away: then there is another to be had.
        const int Attempts = 4;
        SlotModel? model = null;
        for (int i = 0; i < Attempts && ReadState() is { } state; i++)
        {
            model = Describe(state);
            if (model.Sha256.Length > 0) break;
        }
        return model;
    }

    private string? ProblemOf(char slot, ModelKey? key)
    {
        string model = PathOf(slot), manifest = ManifestOf(slot);
        try
        {
            if (!File.Exists(manifest)) return "is empty";
            foreach (string path in (string[])[Path.GetDirectoryName(model)!, model, manifest])
            {
                if (IsLink(path)) return $"leads elsewhere: {path} is a link";
            }
            if (File.ReadAllText(manifest) != HashOf(model) + ManifestEnd) return "is damaged: its SHA-256 is not that of its manifest";
            return key?.ProblemOf(model, SignatureOf(slot));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message}";
        }
    }

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private SlotModel Describe(SlotState state) =>
        new(state.Slot, PathOf(state.Slot), TextOf(ManifestOf(state.Slot))?.Split(' ')[0] ?? "", state.Starts is not null);

    /// <summary>A slot that is whole, for when there is no word of which is used.</summary>
    private SlotState? Whole(ModelKey? key)
    {
        if (ProblemOf('a', key) is null) return new SlotState('a', null);
        return ProblemOf('b', key) is null ? new SlotState('b', null) : null;
    }

    private SlotState? ReadState() => TextOf(StatePath) is { } text ? SlotState.Parse(text) : null;

    /// <summary>What a file holds; null where there is none. To look first would not do: another program may be updating.</summary>
    private static string? TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Write(SlotState state) => _files.Write(StatePath, $"{state}\n");

    private string PathOf(char slot) => Path.Combine(_folder, $"{slot}", ModelName);

    private string SignatureOf(char slot) => PathOf(slot) + ".sig";

    private string ManifestOf(char slot) => Path.Combine(_folder, $"{slot}", "manifest");

    private static string HashOf(string path)
    {
        using FileStream content = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    /// <summary>Keeps other processes from changing the folder; a process that is killed lets go.</summary>
    private FileStream Hold()
    {
        string path = Path.Combine(_folder, "lock");
        using var pause = new ManualResetEvent(initialState: false);
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (UnauthorizedAccessException)
            {
                throw new SlotException($"{_folder}: this user may not write there");
            }
            catch (IOException e)
            {
                if (Stopwatch.GetElapsedTime(start) > Patience) throw new SlotException($"{_folder}: another process is changing it, or it cannot be written: {e.Message}", e);
                pause.WaitOne(Poll);
            }
        }
    }
}
