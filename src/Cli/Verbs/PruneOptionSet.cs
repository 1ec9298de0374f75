using System.CommandLine;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Refit;
using EdgeKit.Pruning.Scores;
using EdgeKit.Training.Distilling;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options that say how to prune, besides the budget.</summary>
internal sealed class PruneOptionSet
{
    private static readonly IChannelScore[] Scores =
        [MagnitudeScore.Group, MagnitudeScore.L1, MagnitudeScore.L2, new GeometricMedianScore(), new EntropyScore(), new BatchNormScore(), new TaylorScore(OutputGradients.Of), new SurgeonScore()];

    private readonly Option<string?> _score = new("--score") { Description = "What decides which channels go. Default: obs with pictures, l1 without." };
    private readonly Option<string?> _refit = new("--refit") { Description = "How the rest makes up for them, on the pictures. Default: ls+stats with pictures, none without." };
    private readonly Option<int> _multiple = new("--multiple") { Description = "Layers keep a multiple of this many channels.", HelpName = "N", DefaultValueFactory = static _ => new PruneOptions().Multiple };

    private readonly Option<bool> _blocks = new("--blocks") { Description = "Blocks with an identity shortcut may go as a whole; needs --calib." };
    private readonly Option<double> _lowRank = new("--low-rank") { Description = "Share of a layer's output variance that two narrower layers in its place may lose.", HelpName = "ERROR" };

    public PruneOptionSet()
    {
        _score.AcceptOnlyFromAmong([.. Scores.Select(static s => s.Name)]);
        _refit.AcceptOnlyFromAmong([.. RefitMethods.All.Select(static r => r.Name)]);
    }

    public void AddTo(Command command)
    {
        command.Add(_score);
        command.Add(_refit);
        command.Add(_multiple);
        command.Add(_blocks);
        command.Add(_lowRank);
    }

    /// <summary>Refuses options that need pictures where there are none.</summary>
    public static void RequirePictures(PruneOptions options)
    {
        string? needs = options.Score.NeedsPictures ? $"--score {options.Score.Name} is measured on pictures"
            : options.Refit is { } refit and not RefitMethod.None ? $"--refit {RefitMethods.NameOf(refit)} is fitted on pictures"
            : options.Blocks ? "--blocks judges by pictures"
            : null;
        if (needs is not null) throw CliException.Usage($"{needs}: give some by --calib");
    }

    /// <summary>The options with a share of the multiply-accumulates as the only budget.</summary>
    public PruneOptions Read(ParseResult parsed, bool pictures, double macBudget)
    {
        PruneOptions options = Read(parsed, pictures) with { MacBudget = macBudget };
        Usage.Check(options.Validate);
        return options;
    }

    /// <summary>The options without a budget.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="pictures">Whether there are pictures that scores may be measured on.</param>
    public PruneOptions Read(ParseResult parsed, bool pictures)
    {
        string score = parsed.GetValue(_score) ?? (pictures ? new SurgeonScore() : (IChannelScore)MagnitudeScore.L1).Name;
        string? refit = parsed.GetValue(_refit);
        var options = new PruneOptions
        {
            Multiple = parsed.GetValue(_multiple),
            Blocks = parsed.GetValue(_blocks),
            LowRank = parsed.GetValue(_lowRank),
            Score = Array.Find(Scores, s => s.Name == score)!,
            Refit = refit is null ? null : RefitMethods.All.First(r => r.Name == refit).Method,
        };
        Usage.Check(options.Validate);
        return options;
    }
}
