using System.CommandLine;
using EdgeKit.Cli.Training;
using EdgeKit.Training;
using EdgeKit.Training.Distilling;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options that say how a model learns from the one that it was made from.</summary>
internal sealed class FinetuneOptionSet
{
    private const string Frozen = "frozen", Reestimated = "reestimate";

    private static readonly DistillationOptions Defaults = FinetuneRequest.Usual.Float;

    private readonly Option<int> _steps = new("--steps") { Description = "Steps in which the whole model learns.", HelpName = "N", DefaultValueFactory = static _ => (int)Defaults.Steps };
    private readonly Option<int> _blockSteps = new("--block-steps") { Description = "Steps for each block before that; 0 for none.", HelpName = "N", DefaultValueFactory = static _ => (int)Defaults.BlockSteps };
    private readonly Option<double> _rate = new("--rate") { Description = "Peak of the learning rate.", HelpName = "R", DefaultValueFactory = static _ => Defaults.Rate };
    private readonly Option<int> _int8Steps = new("--qat-steps") { Description = "Steps in which the quantized model learns.", HelpName = "N", DefaultValueFactory = static _ => (int)FinetuneRequest.Usual.Int8Steps };
    private readonly Option<double> _int8Rate = new("--qat-rate") { Description = "Peak of its learning rate.", HelpName = "R", DefaultValueFactory = static _ => FinetuneRequest.Usual.Int8Rate };
    private readonly Option<double> _temperature = new("--temperature") { Description = "Temperature at which outputs are compared.", HelpName = "T", DefaultValueFactory = static _ => Defaults.Temperature };
    private readonly Option<int> _batch = new("--batch") { Description = "Pictures of a step.", HelpName = "N", DefaultValueFactory = static _ => FinetuneRequest.Usual.Batch };
    private readonly Option<string> _batchNorm = new("--batch-norm") { Description = "Statistics of batch normalisation, where it is not folded.", DefaultValueFactory = static _ => Frozen };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of order and augmentation.", HelpName = "N", DefaultValueFactory = static _ => 1 };
    private readonly Option<string?> _checkpoints = new("--checkpoints") { Description = "Folder of the checkpoints, from which the same command goes on.", HelpName = "FOLDER" };

    public FinetuneOptionSet() => _batchNorm.AcceptOnlyFromAmong(Frozen, Reestimated);

    private Option[] Settings => [_steps, _blockSteps, _rate, _int8Steps, _int8Rate, _temperature, _batch, _batchNorm, _seed];

    public void AddTo(Command command)
    {
        foreach (Option option in Settings.Append(_checkpoints)) command.Add(option);
    }

    /// <summary>The settings.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="inputs">Digest of what learns from what on which pictures.</param>
    public FinetuneRequest Read(ParseResult parsed, string inputs)
    {
        Require(parsed.GetValue(_steps) >= 0 && parsed.GetValue(_blockSteps) >= 0 && parsed.GetValue(_int8Steps) >= 0, "--steps, --block-steps and --qat-steps must be at least 0");
        Require(parsed.GetValue(_rate) > 0 && parsed.GetValue(_int8Rate) > 0, "--rate and --qat-rate must be over 0");
        Require(parsed.GetValue(_temperature) > 0, "--temperature must be over 0");
        Require(parsed.GetValue(_batch) > 0, "--batch must be at least 1");
        return new FinetuneRequest
        {
            Float = new DistillationOptions
            {
                Steps = parsed.GetValue(_steps),
                BlockSteps = parsed.GetValue(_blockSteps),
                Rate = parsed.GetValue(_rate),
                Temperature = (float)parsed.GetValue(_temperature),
                BatchNorm = parsed.GetValue(_batchNorm) == Frozen ? NetworkMode.Frozen : NetworkMode.Training,
                Checkpoints = parsed.GetValue(_checkpoints),
                Job = $"{inputs}\n{string.Join('\n', Settings.Select(o => $"{o.Name}={(parsed.GetResult(o) is { Implicit: false } given ? string.Join(',', given.Tokens.Select(static t => t.Value)) : "")}"))}",
            },
            Int8Steps = parsed.GetValue(_int8Steps),
            Int8Rate = parsed.GetValue(_int8Rate),
            Batch = parsed.GetValue(_batch),
            Seed = parsed.GetValue(_seed),
        };
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds) throw CliException.Usage(rule);
    }
}
