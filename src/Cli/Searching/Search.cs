using EdgeKit.Cli.Compressing;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Searching;

/// <summary>What to try and what for.</summary>
internal sealed record SearchRequest
{
    /// <summary>The model, for the report.</summary>
    public required string Model { get; init; }

    /// <summary>What is tried, in the order of the table.</summary>
    public required IReadOnlyList<Trial> Trials { get; init; }

    /// <summary>The folder that keeps trials.</summary>
    public required string TrialsFolder { get; init; }

    /// <summary>What the result must keep to.</summary>
    public required SearchGoal Goal { get; init; }

    /// <summary>Folder of the result.</summary>
    public required string Out { get; init; }

    /// <summary>Writes the page about the best one into its folder.</summary>
    public required Action<CompressReport> SavePage { get; init; }

    /// <summary>Does one trial, with its files in a folder.</summary>
    public required Func<Trial, string, CompressReport> Run { get; init; }
}

/// <summary>Does the trials that nobody has done, waits for those that others are doing, and takes the best.</summary>
internal sealed class Search
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly SearchRequest _request;
    private readonly Terminal _terminal;
    private readonly TrialStore _store;
    private readonly TrialResult?[] _results;

    private Search(SearchRequest request, Terminal terminal)
    {
        _request = request;
        _terminal = terminal;
        _store = new TrialStore(request.TrialsFolder);
        _results = new TrialResult?[request.Trials.Count];
    }

    /// <summary>Searches, and writes the best model and the reports into the folder of the result.</summary>
    /// <exception cref="CliException">No settings work for the model.</exception>
    public static SearchReport Run(SearchRequest request, Terminal terminal)
    {
        using OutputFolder folder = OutputFolder.Make(request.Out), trials = OutputFolder.Make(request.TrialsFolder);
        var search = new Search(request, terminal);
        search.RunTrials();
        SearchReport report = SearchReport.Of(request, search._results!);
        search.TakeOver(report);
        return report;
    }

    private void RunTrials()
    {
        bool waiting = false;
        while (true)
        {
            bool worked = false;
            for (int i = 0; i < _results.Length; i++)
            {
                _terminal.Cancel.ThrowIfCancellationRequested();
                _results[i] ??= _store.Find(_request.Trials[i].Id);
                if (_results[i] is not null || _store.TryClaim(_request.Trials[i].Id) is not { } claim) continue;
                using (claim) Work(i, claim);
                worked = true;
            }
            if (Array.TrueForAll(_results, static r => r is not null)) return;
            if (worked) continue;
            if (!waiting) _terminal.Note("waiting for trials that other processes do");
            waiting = true;
            _terminal.Cancel.WaitHandle.WaitOne(Look);
        }
    }

    private void Work(int index, TrialClaim claim)
    {
        Trial trial = _request.Trials[index];
        _terminal.Note($"trial {index + 1} of {_results.Length}: {trial.Name}");
        var result = new TrialResult { Id = trial.Id, Settings = trial.Settings };
        try
        {
            result = result with { Report = _request.Run(trial, claim.WorkFolder).MovedTo(_store.FolderOf(trial.Id)) };
        }
        catch (Exception e) when (e is ModelException or CliException { ExitCode: ExitCode.Usage })
        {
            // These settings are impossible for the model; others may do.
            result = result with { Error = e.Message.ReplaceLineEndings(" ") };
        }
        _store.Finish(claim, result);
        _results[index] = _store.Find(trial.Id);
    }

    private void TakeOver(SearchReport report)
    {
        TrialResult best = _results[report.Best]!;
        CompressReport moved = best.Report!.MovedTo(_request.Out);
        string folder = _store.FolderOf(best.Id);
        foreach (string file in Directory.EnumerateFiles(folder).Where(static f => Path.GetFileName(f) != TrialStore.ResultFile))
            OutputFile.Write(Path.Combine(_request.Out, Path.GetFileName(file)), File.ReadAllBytes(file));
        ReportFiles.Save(moved);
        _request.SavePage(moved);
        OutputFile.Write(Path.Combine(_request.Out, "search.txt"), report.ToText() + "\n");
        OutputFile.Write(Path.Combine(_request.Out, "search.json"), JsonOutput.Format(report) + "\n");
    }
}
