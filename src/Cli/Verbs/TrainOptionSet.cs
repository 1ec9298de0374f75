using System.CommandLine;
using EdgeKit.Cli.Training;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Training.Optimizing;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options that say how to train.</summary>
internal sealed class TrainOptionSet
{
    private const string SgdName = "sgd", AdamName = "adam", AdamWName = "adamw";

    private static readonly Dictionary<string, RateSchedule> Schedules = new()
    {
        ["cosine"] = RateSchedule.Cosine,
        ["step"] = RateSchedule.Step,
        ["constant"] = RateSchedule.Constant,
    };

    private readonly Option<int> _epochs = new("--epochs") { Description = "How often every picture is taken.", HelpName = "N", DefaultValueFactory = static _ => 30 };
    private readonly Option<int> _batch = new("--batch") { Description = "Pictures of a step.", HelpName = "N", DefaultValueFactory = static _ => 64 };
    private readonly Option<double?> _rate = new("--rate") { Description = "Peak of the learning rate. Default: 0.1 for sgd, 0.002 for the others.", HelpName = "R" };
    private readonly Option<string> _schedule = new("--schedule") { Description = "How the rate falls after the warm-up.", DefaultValueFactory = static _ => "cosine" };
    private readonly Option<int> _warmUp = new("--warm-up") { Description = "Epochs in which the rate rises.", HelpName = "N", DefaultValueFactory = static _ => 1 };
    private readonly Option<string> _optimizer = new("--optimizer") { Description = "What changes the weights; sgd has Nesterov's momentum.", DefaultValueFactory = static _ => SgdName };
    private readonly Option<float> _decay = new("--weight-decay") { Description = "Weight decay, not of biases and batch normalisation.", HelpName = "D", DefaultValueFactory = static _ => 5e-4f };
    private readonly Option<float> _smoothing = new("--smoothing") { Description = "Label smoothing.", HelpName = "S", DefaultValueFactory = static _ => 0f };
    private readonly Option<float> _mixUp = new("--mixup") { Description = "Share of the steps whose pictures are blended.", HelpName = "P", DefaultValueFactory = static _ => 0f };
    private readonly Option<float> _cutMix = new("--cutmix") { Description = "Share of the steps whose pictures hold parts of others.", HelpName = "P", DefaultValueFactory = static _ => 0f };
    private readonly Option<bool> _plain = new("--no-augment") { Description = "Take pictures as they are, without flips, shifts and colours." };
    private readonly Option<double> _clip = new("--clip") { Description = "Largest norm of the gradients.", HelpName = "N", DefaultValueFactory = static _ => 10 };
    private readonly Option<double> _average = new("--average") { Description = "Write the moving average of the weights with this decay, such as 0.998; 0 for the last weights.", HelpName = "D", DefaultValueFactory = static _ => 0 };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of weights, order and augmentation.", HelpName = "N", DefaultValueFactory = static _ => 1 };
    private readonly Option<int?> _size = new("--size") { Description = "Input size of a new network. Default: that of the first picture.", HelpName = "N" };
    private readonly Option<double> _width = new("--width") { Description = "Width multiplier of a new network.", HelpName = "W", DefaultValueFactory = static _ => 1 };
    private readonly Option<string?> _checkpoints = new("--checkpoints") { Description = "Folder of the checkpoints. Default: the output's name with .checkpoints.", HelpName = "FOLDER" };
    private readonly Option<int> _every = new("--checkpoint-every") { Description = "Steps between checkpoints.", HelpName = "N", DefaultValueFactory = static _ => 500 };
    private readonly Option<string?> _curve = new("--curve") { Description = "Draw the loss of every step as an SVG file.", HelpName = "FILE.svg" };

    public TrainOptionSet()
    {
        _schedule.AcceptOnlyFromAmong([.. Schedules.Keys]);
        _optimizer.AcceptOnlyFromAmong(SgdName, AdamName, AdamWName);
    }

    private Option[] Settings => [_epochs, _batch, _rate, _schedule, _warmUp, _optimizer, _decay, _smoothing, _mixUp, _cutMix, _plain, _clip, _average, _seed, _size, _width];

    public void AddTo(Command command)
    {
        foreach (Option option in Settings.Concat([_checkpoints, _every, _curve])) command.Add(option);
    }

    /// <summary>Where to draw the losses; null for nowhere.</summary>
    public string? Curve(ParseResult parsed) => parsed.GetValue(_curve);

    /// <summary>A network of the zoo for the classes and the size of the pictures.</summary>
    public Graph Network(ParseResult parsed, string name, IReadOnlyList<ImageItem> pictures)
    {
        if (pictures.FirstOrDefault(static p => p.Label is null) is { } unknown) throw CliException.Failure($"{unknown.Name}: has no class; give a label file by --labels");
        Frame first = pictures[0].Load();
        var options = new ZooOptions { Size = parsed.GetValue(_size) ?? Math.Min(first.Width, first.Height), Classes = pictures.Max(static p => p.Label!.Value) + 1, Width = parsed.GetValue(_width), Seed = parsed.GetValue(_seed) };
        try
        {
            return Zoo.Create(name, options);
        }
        catch (ArgumentException e)
        {
            throw CliException.Usage(e.Message);
        }
    }

    /// <summary>How to train.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="preprocessing">The model's.</param>
    /// <param name="inputs">Digest of what is trained and on what.</param>
    /// <param name="target">The file that will be written.</param>
    public ClassifierTrainingOptions Read(ParseResult parsed, Preprocessing preprocessing, string inputs, string target)
    {
        int epochs = Positive(parsed, _epochs), batch = Positive(parsed, _batch), every = Positive(parsed, _every), warmUp = parsed.GetValue(_warmUp);
        string optimizer = parsed.GetRequiredValue(_optimizer);
        double rate = parsed.GetValue(_rate) ?? (optimizer == SgdName ? 0.1 : 0.002), clip = parsed.GetValue(_clip), average = parsed.GetValue(_average);
        float decay = parsed.GetValue(_decay), smoothing = parsed.GetValue(_smoothing), mixUp = parsed.GetValue(_mixUp), cutMix = parsed.GetValue(_cutMix);
        Require(rate > 0, "--rate must be over 0");
        Require(clip > 0, "--clip must be over 0");
        Require(warmUp >= 0 && warmUp < epochs, "--warm-up must be at least 0 and below --epochs");
        Require(decay is >= 0 and < 1, "--weight-decay must be from 0 to below 1");
        Require(smoothing is >= 0 and < 1, "--smoothing must be from 0 to below 1");
        Require(mixUp >= 0 && cutMix >= 0 && mixUp + cutMix <= 1, "--mixup and --cutmix are shares of the steps, together at most 1");
        Require(average is >= 0 and < 1, "--average must be from 0 to below 1");
        return new ClassifierTrainingOptions
        {
            Batches = new BatchOptions
            {
                Batch = batch,
                Seed = parsed.GetValue(_seed),
                Augmentations = parsed.GetValue(_plain) ? [] : BatchOptions.Usual(Math.Min(preprocessing.Width, preprocessing.Height)),
                MixUp = mixUp,
                CutMix = cutMix,
            },
            Epochs = epochs,
            Rate = new LearningRate { Peak = rate, Steps = 0, WarmUp = warmUp, Schedule = Schedules[parsed.GetRequiredValue(_schedule)] },
            Optimizer = parameters => optimizer == SgdName ? new Sgd(parameters) { WeightDecay = decay } : new Adam(parameters) { WeightDecay = decay, Decoupled = optimizer == AdamWName },
            Smoothing = smoothing,
            ClipNorm = clip,
            AverageDecay = average,
            Job = $"{inputs}\n{string.Join('\n', Settings.Select(o => $"{o.Name}={(parsed.GetResult(o) is { Implicit: false } given ? string.Join(',', given.Tokens.Select(static t => t.Value)) : "")}"))}",
            Checkpoints = parsed.GetValue(_checkpoints) ?? target + ".checkpoints",
            CheckpointEvery = every,
        };
    }

    private static int Positive(ParseResult parsed, Option<int> option) =>
        parsed.GetValue(option) is > 0 and int value ? value : throw CliException.Usage($"{option.Name} must be at least 1");

    private static void Require(bool holds, string rule)
    {
        if (!holds) throw CliException.Usage(rule);
    }
}
