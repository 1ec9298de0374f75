using System.Text;
using System.Text.Json.Serialization;
using EdgeKit.Cli.Compressing;

namespace EdgeKit.Cli.Searching;

/// <summary>One trial in the table of a search.</summary>
internal sealed record SearchRow
{
    public required string Id { get; init; }

    /// <summary>Options of <c>compress</c> that make it again.</summary>
    public required IReadOnlyList<string> Settings { get; init; }

    /// <summary>Why there is no result; null where there is one.</summary>
    public string? Error { get; init; }

    public double? Top1 { get; init; }
    public double? Agreement { get; init; }

    /// <summary>Percentage points lost.</summary>
    public double? Drop { get; init; }

    public long? Macs { get; init; }
    public long? Params { get; init; }
    public double? P50Ms { get; init; }
    public long? Bytes { get; init; }

    /// <summary>Processor that the latency was measured on.</summary>
    public string? Cpu { get; init; }

    /// <summary>Operators that went back to float for the goal's sake.</summary>
    public int? Reverted { get; init; }

    /// <summary>Whether it keeps to the limits.</summary>
    public bool MeetsGoal { get; init; }

    /// <summary>Whether no other trial is at least as good in accuracy, latency and size, and better in one.</summary>
    public bool Pareto { get; init; }
}

/// <summary>The table of a search.</summary>
internal sealed record SearchReport
{
    public int Version { get; init; } = JsonOutput.Version;

    public required string Model { get; init; }

    /// <summary>Folder of the result.</summary>
    public required string Out { get; init; }

    /// <summary>The folder that keeps the trials.</summary>
    public required string TrialsFolder { get; init; }

    public required SearchGoal Goal { get; init; }

    /// <summary>Whether a trial keeps to the limits.</summary>
    public required bool GoalMet { get; init; }

    /// <summary>What accuracy is counted by.</summary>
    public required string Measure { get; init; }

    /// <summary>The original.</summary>
    public required StageFigures Float { get; init; }

    /// <summary>Number of the row that was taken, from 0.</summary>
    public required int Best { get; init; }

    /// <summary>The <see cref="SearchRow.Id"/> of it.</summary>
    public string BestId => Rows[Best].Id;

    /// <summary>All trials.</summary>
    [JsonPropertyName("trials")]
    public required IReadOnlyList<SearchRow> Rows { get; init; }

    /// <summary>The table of finished trials.</summary>
    /// <exception cref="CliException">No settings worked.</exception>
    public static SearchReport Of(SearchRequest request, IReadOnlyList<TrialResult> results)
    {
        (int Index, CompressReport Report)[] done = [.. results.Select(static (r, i) => (i, r.Report!)).Where(static r => r.Item2 is not null)];
        if (done.Length == 0) throw CliException.Usage(results[0].Error!);
        CompressReport[] reports = [.. done.Select(static d => d.Report)];
        int best = done[request.Goal.Best(reports)].Index;
        return new SearchReport
        {
            Model = request.Model,
            Out = request.Out,
            TrialsFolder = request.TrialsFolder,
            Goal = request.Goal,
            GoalMet = request.Goal.IsMetBy(results[best].Report!),
            Measure = reports[0].Drop.Measure,
            Float = reports[0].Float,
            Best = best,
            Rows = [.. results.Select(r => Row(r, request.Goal, reports))],
        };
    }

    /// <summary>The table as text of 80 columns.</summary>
    public string ToText()
    {
        var text = new StringBuilder($"{Model} -> {Out}\n\n");
        string[] constant = [.. Pairs(Rows[0]).Where(p => Rows.All(r => Pairs(r).Contains(p)))];
        if (constant.Length > 0) text.Append(Wrapping.Wrap($"every trial: {string.Join(' ', constant)}")).Append("\n\n");
        const int figures = 52;
        var table = new TextTable("  trial", Measure == Comparing.AccuracyDrop.Top1 ? "top-1" : "agreement", "points lost", "ms", "size", "MACs");
        table.Add("  float", Share(Float.Top1 ?? (Measure == Comparing.AccuracyDrop.AgreementWithFloat ? 1 : null)), "", Milliseconds(Float.P50Ms), Units.Size(Float.Bytes), Units.Count(Float.Macs));
        for (int i = 0; i < Rows.Count; i++)
        {
            SearchRow r = Rows[i];
            string mark = $"{(i == Best ? '>' : ' ')}{(r.Pareto ? '*' : ' ')}";
            string name = string.Join(' ', Pairs(r).Except(constant).Select(static p => p.TrimStart('-')));
            table.Add(mark + Units.Start(name.Length == 0 ? "int8" : name, 80 - figures), Share(r.Top1 ?? r.Agreement), r.Drop is { } d ? Units.Invariant($"{d:F2}") : "failed",
                Milliseconds(r.P50Ms), r.Bytes is { } b ? Units.Size(b) : "", r.Macs is { } m ? Units.Count(m) : "");
        }
        text.Append(table).Append("\n* no other is as good in accuracy, latency and size together; > taken\n");
        foreach (SearchRow r in Rows.Where(static r => r.Error is not null))
            text.Append(Wrapping.Wrap($"failed: {string.Join(' ', r.Settings)}: {r.Error}")).Append('\n');
        string verdict = GoalMet ? $"It keeps to the goal: {Goal}." : $"No trial keeps to the goal ({Goal}); the nearest was taken. Try other budgets or scores, more calibration pictures, or a wider goal.";
        return text.Append(Wrapping.Wrap(verdict)).ToString();
    }

    private static SearchRow Row(TrialResult result, SearchGoal goal, CompressReport[] all)
    {
        var row = new SearchRow { Id = result.Id, Settings = result.Settings, Error = result.Error };
        if (result.Report is not { } report) return row;
        Stage stage = report.Stages[^1];
        return row with
        {
            Top1 = stage.Top1,
            Agreement = stage.Agreement,
            Drop = report.Drop.Points,
            Macs = stage.Macs,
            Params = stage.Parameters,
            P50Ms = stage.EdgekitMs,
            Bytes = stage.FileBytes,
            Reverted = report.Fallback?.Reverted.Sum(static r => r.Nodes.Count) ?? 0,
            Cpu = report.Environment.Cpu,
            MeetsGoal = goal.IsMetBy(report),
            Pareto = !all.Any(other => Dominates(other, report)),
        };
    }

    private static bool Dominates(CompressReport a, CompressReport b)
    {
        (double, double, double) x = Costs(a), y = Costs(b);
        return x.Item1 <= y.Item1 && x.Item2 <= y.Item2 && x.Item3 <= y.Item3 && x != y;

        static (double, double, double) Costs(CompressReport r) => (r.Drop.Points, r.Stages[^1].EdgekitMs ?? 0, r.Stages[^1].FileBytes);
    }

    private static IEnumerable<string> Pairs(SearchRow row) => row.Settings.Chunk(2).Select(static p => string.Join(' ', p));

    private static string Share(double? value) => value is { } v ? Units.Percent(v) : "";

    private static string Milliseconds(double? value) => value is { } v ? Units.Milliseconds(v) : "";
}
