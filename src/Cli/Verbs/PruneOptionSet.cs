using System.CommandLine;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Scores;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options that say how to prune, besides the budget.</summary>
internal sealed class PruneOptionSet
{
    private static readonly MagnitudeScore[] Scores = [MagnitudeScore.L1, MagnitudeScore.L2];

    private readonly Option<string> _score = new("--score") { Description = "What decides which channels go: norm of their weights.", DefaultValueFactory = static _ => Scores[0].Name };
    private readonly Option<int> _multiple = new("--multiple") { Description = "Layers keep a multiple of this many channels.", HelpName = "N", DefaultValueFactory = static _ => new PruneOptions().Multiple };

    private readonly Option<bool> _blocks = new("--blocks") { Description = "Blocks with an identity shortcut may go as a whole; needs --calib." };
    private readonly Option<double> _lowRank = new("--low-rank") { Description = "Share of a layer's output variance that two narrower layers in its place may lose.", HelpName = "ERROR" };

    public PruneOptionSet() => _score.AcceptOnlyFromAmong([.. Scores.Select(static s => s.Name)]);

    public void AddTo(Command command)
    {
        command.Add(_score);
        command.Add(_multiple);
        command.Add(_blocks);
        command.Add(_lowRank);
    }

    /// <summary>The options with a share of the multiply-accumulates as the only budget.</summary>
    public PruneOptions Read(ParseResult parsed, double macBudget)
    {
        PruneOptions options = Read(parsed) with { MacBudget = macBudget };
        Usage.Check(options.Validate);
        return options;
    }

    public PruneOptions Read(ParseResult parsed)
    {
        string score = parsed.GetRequiredValue(_score);
        var options = new PruneOptions { Multiple = parsed.GetValue(_multiple), Blocks = parsed.GetValue(_blocks), LowRank = parsed.GetValue(_lowRank), Score = Array.Find(Scores, s => s.Name == score)! };
        Usage.Check(options.Validate);
        return options;
    }
}
