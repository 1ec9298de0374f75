using System.CommandLine;
using EdgeKit.Cli.Compressing;
using EdgeKit.Pruning.Budgets;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options that say how little a pruned model may cost.</summary>
internal sealed class BudgetOptionSet
{
    private const string Host = "host";

    private readonly Option<double?> _macShare = new("--mac-budget") { Description = "Share of the multiply-accumulates to keep, such as 0.9.", HelpName = "SHARE" };
    private readonly Option<string?> _macs = new("--macs") { Description = "Multiply-accumulates to keep, such as 200M, or a share.", HelpName = "N" };
    private readonly Option<string?> _parameters = new("--params") { Description = "Parameters to keep, such as 1.5M, or a share.", HelpName = "N" };
    private readonly Option<double?> _milliseconds = new("--latency-ms") { Description = "Milliseconds that the INT8 model may take on the target, on one thread.", HelpName = "T" };
    private readonly Option<double?> _latencyShare = new("--latency") { Description = "Share of the INT8 model's time on the target to keep.", HelpName = "SHARE" };
    private readonly Option<string?> _target = new("--target") { Description = $"The machine of a latency budget: {Host} (this one), {string.Join(", ", ProfileFile.BuiltIn)} or a profile.", HelpName = "NAME|FILE.json" };
    private readonly Option<string?> _saveTarget = new("--save-target") { Description = "Write what was measured of this machine as a profile.", HelpName = "FILE.json" };
    private readonly Option<bool> _float = new("--float-latency") { Description = "A latency budget is for the float model." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _macShare, _macs, _parameters, _milliseconds, _latencyShare, _target, _saveTarget, _float }) command.Add(option);
    }

    /// <summary>The budgets; null where none is given.</summary>
    /// <exception cref="CliException">They contradict each other, or are no numbers.</exception>
    public BudgetRequest? Read(ParseResult parsed)
    {
        RequireOne(parsed, _macShare, _macs);
        RequireOne(parsed, _milliseconds, _latencyShare);
        var budgets = new List<Budget>();
        if (parsed.GetValue(_macShare) is { } share) budgets.Add(Budget.MacShare(share));
        if (parsed.GetValue(_macs) is { } macs) budgets.Add(Parse(BudgetQuantity.Macs, _macs.Name, macs));
        if (parsed.GetValue(_parameters) is { } parameters) budgets.Add(Parse(BudgetQuantity.Parameters, _parameters.Name, parameters));
        if (parsed.GetValue(_milliseconds) is { } ms) budgets.Add(new Budget(BudgetQuantity.Time, ms, IsShare: false));
        if (parsed.GetValue(_latencyShare) is { } time) budgets.Add(new Budget(BudgetQuantity.Time, time, IsShare: true));
        foreach (Budget budget in budgets) Usage.Check(budget.Validate);

        bool latency = budgets.Exists(static b => b.Quantity == BudgetQuantity.Time);
        string? target = parsed.GetValue(_target), save = parsed.GetValue(_saveTarget);
        if (target is not null && !latency) throw CliException.Usage($"{_target.Name} is for a latency budget: give {_milliseconds.Name} or {_latencyShare.Name}");
        if (latency && target is null) throw CliException.Usage($"a latency budget needs {_target.Name}: {Host}, {string.Join(", ", ProfileFile.BuiltIn)} or a profile's file");
        if (save is not null && target != Host) throw CliException.Usage($"{_saveTarget.Name} writes what {_target.Name} {Host} measures");
        if (target is not null && target != Host && !ProfileFile.BuiltIn.Contains(target) && !File.Exists(target))
            throw CliException.Usage($"{_target.Name} {target}: is neither {Host}, {string.Join(", ", ProfileFile.BuiltIn)} nor a file");
        return budgets.Count == 0 ? null : new BudgetRequest(budgets, target, target == Host, save, Int8: !parsed.GetValue(_float));
    }

    /// <summary>The names of the options that set a budget, for messages.</summary>
    public string Names => string.Join(", ", new Option[] { _macShare, _macs, _parameters, _milliseconds, _latencyShare }.Select(static o => o.Name));

    private static Budget Parse(BudgetQuantity quantity, string option, string text)
    {
        try
        {
            return Budget.Parse(quantity, text);
        }
        catch (FormatException e)
        {
            throw CliException.Usage($"{option}: {e.Message}");
        }
    }

    private static void RequireOne(ParseResult parsed, Option a, Option b)
    {
        if (parsed.GetResult(a) is not null && parsed.GetResult(b) is not null) throw CliException.Usage($"{a.Name} and {b.Name} both limit the same; give one");
    }
}
