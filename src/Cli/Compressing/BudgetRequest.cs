using EdgeKit.Cli.Models;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Budgets;

namespace EdgeKit.Cli.Compressing;

/// <summary>How little a pruned model may cost.</summary>
/// <param name="Budgets">The limits.</param>
/// <param name="Target">The machine of a latency budget, a core that EdgeKit knows or a profile's file; null without one.</param>
/// <param name="IsHost">Whether the machine is this one.</param>
/// <param name="SaveTarget">Where to write what was measured of this machine; null for nowhere.</param>
/// <param name="Int8">Whether a latency budget is for the INT8 model.</param>
internal sealed record BudgetRequest(IReadOnlyList<Budget> Budgets, string? Target, bool IsHost, string? SaveTarget, bool Int8)
{
    /// <summary>The options with these budgets; for this machine the model's layers are measured.</summary>
    public PruneOptions AddTo(PruneOptions options, OnnxModel model, Terminal terminal)
    {
        options = options with { Budgets = Budgets };
        if (Target is null) return options;
        if (!IsHost) return options with { Target = Profile(Target).For(Int8) };
        TargetProfile profile = HostLatency.Profile(model.Graph, Int8, terminal);
        if (SaveTarget is { } file) OutputFile.Write(file, ProfileFile.ToJson(profile) + "\n");
        return options with { Target = profile };
    }

    private static TargetProfile Profile(string target) => ProfileFile.BuiltIn.Contains(target) ? ProfileFile.OfCore(target) : ProfileFile.Load(target);
}
