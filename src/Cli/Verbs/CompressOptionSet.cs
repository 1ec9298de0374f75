using System.CommandLine;
using System.Globalization;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Demo;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Searching;
using EdgeKit.Cli.Training;
using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options of <c>edgekit compress</c>, for one job and for a search over many.</summary>
internal sealed class CompressOptionSet
{
    private const string DefaultBudgets = "1,0.9,0.8,0.7";

    private readonly Argument<string?> _model = new("model") { Description = "The float model, an ONNX file; without one, EdgeKit's own lane model on scenes that it renders.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _calibration = SharedOptions.Pictures("--calib", "Pictures to calibrate on: folders, files or CIFAR .bin files; or the word random.");
    private readonly Option<string[]> _images = SharedOptions.Pictures("--images", "Other pictures, to verify on.");
    private readonly Option<string?> _labels = SharedOptions.Labels();
    private readonly Option<int?> _limit = new("--limit") { Description = "Verify on the first N pictures only.", HelpName = "N" };
    private readonly Option<string?> _budget = new("--mac-budget") { Description = "Also prune, to this share of the multiply-accumulates, such as 0.9; several, separated by commas, to search.", HelpName = "SHARE" };
    private readonly Option<double?> _maxDrop = SchemeOptions.MaxDrop();
    private readonly Option<string?> _scheme = SchemeOptions.Read();
    private readonly Option<string?> _trials = new("--trials") { Description = "Search, and keep finished trials in this folder.", HelpName = "FOLDER" };
    private readonly Option<string[]> _vary = new("--vary") { Description = "Search over values of an option: NAME=VALUE,VALUE.", HelpName = "NAME=V,V" };
    private readonly Option<string> _output = new("--out", "-o") { Description = "Folder of the results.", HelpName = "FOLDER", DefaultValueFactory = static _ => "out" };
    private readonly Option<string?> _config = SharedOptions.Config();
    private readonly Option<string?> _shape = SharedOptions.Shape();
    private readonly Option<string?> _ort = SharedOptions.Ort();
    private readonly Option<int?> _finetune = new("--finetune") { Description = "Let the pruned and the quantized model learn from the original on the pictures of --calib, in about so many steps; 400 are usual.", HelpName = "STEPS" };
    private readonly BudgetOptionSet _budgets = new();
    private readonly PruneOptionSet _pruning = new();
    private readonly QuantizeOptionSet _quantization = new();

    // A job's settings are a command line of their own, in which --mac-budget is one number.
    private readonly Command _trial = new("trial");
    private readonly HashSet<string> _budgetNames;
    private readonly HashSet<string> _pruningNames;

    public CompressOptionSet()
    {
        _budgets.AddTo(_trial);
        _budgetNames = [.. _trial.Options.Select(static o => o.Name)];
        _pruning.AddTo(_trial);
        _pruningNames = [.. _trial.Options.Select(static o => o.Name)];
        _quantization.AddTo(_trial);
        _trial.Add(_finetune);
    }

    public void AddTo(Command command)
    {
        command.Add(_model);
        foreach (Option option in new Option[] { _calibration, _images, _labels, _limit, _budget, _maxDrop, _scheme, _trials, _vary, _output }) command.Add(option);
        foreach (Option option in _trial.Options.Where(o => o.Name != _budget.Name)) command.Add(option);
        foreach (Option option in new Option[] { _config, _shape, _ort }) command.Add(option);
    }

    /// <summary>Whether more than one setting is asked for.</summary>
    public bool IsSearch(ParseResult parsed) =>
        parsed.GetValue(_trials) is not null || parsed.GetValue(_vary) is { Length: > 0 } || parsed.GetValue(_budget)?.Contains(TrialGrid.Separator, StringComparison.Ordinal) == true;

    /// <summary>The one job.</summary>
    public CompressRequest Read(ParseResult parsed, Terminal terminal)
    {
        ParseResult settings = Parse(Given(parsed).SelectMany(static s => new[] { s.Name, s.Value }));
        if (parsed.GetValue(_model) is { } path) return With(Job(path, parsed, terminal), settings);
        foreach (Option option in new Option[] { _calibration, _images, _labels, _config, _shape })
        {
            if (parsed.GetResult(option) is not null) throw CliException.Usage($"{option.Name} needs a model");
        }
        BudgetRequest? budget = _budgets.Read(settings);
        PruneOptions pruning = budget is null ? _pruning.Read(settings, pictures: true, DemoJob.MacBudget) : _pruning.Read(settings, pictures: true);
        CompressRequest made = DemoJob.Prepare(parsed.GetRequiredValue(_output), pruning, _quantization.Read(settings), Run(parsed));
        return made with { Budget = budget, Finetune = Finetune(settings), MaxDrop = MaxDrop(parsed), Commands = [CommandText.Of(parsed)] };
    }

    /// <summary>The search.</summary>
    public SearchRequest ReadSearch(ParseResult parsed, Terminal terminal)
    {
        string path = parsed.GetValue(_model) ?? throw CliException.Usage("a search needs a model");
        CompressRequest job = Job(path, parsed, terminal);
        (string Name, string Value)[] given = [.. Given(parsed).Where(s => s.Name != _budget.Name)];
        // Measured of each result, these are limits of the search; for another machine they can only be predicted, and are budgets of every trial.
        bool measured = given.All(static s => s.Name != "--target" || s.Value == "host");
        var goal = new SearchGoal(MaxDrop(parsed), measured ? Limit(given, BudgetQuantity.Time, "--latency-ms", 0) : null, Limit(given, BudgetQuantity.Macs, "--macs", ModelSummary.Of(job.Model.Graph).Macs));
        if (goal.IsEmpty) throw CliException.Usage("a search needs a goal: --max-drop P, --latency-ms T or --macs N");
        given = [.. given.Where(s => s.Name != "--macs" && !(measured && s.Name is "--latency-ms" or "--target"))];
        string folder = parsed.GetRequiredValue(_output);
        bool pruned = given.Any(s => _budgetNames.Contains(s.Name));
        (string, string[])[] axes =
        [
            .. given.Select(static s => (s.Name, new[] { s.Value })),
            .. parsed.GetValue(_budget) is not null || !pruned ? new[] { (_budget.Name, (parsed.GetValue(_budget) ?? DefaultBudgets).Split(TrialGrid.Separator, StringSplitOptions.TrimEntries)) } : [],
            .. TrialGrid.Parse(parsed.GetValue(_vary) ?? [], [.. _trial.Options]),
        ];
        IReadOnlyList<Trial> trials = TrialGrid.Of(axes, Simplify, Digest(job, parsed));
        // A wrong setting is told before an hour of work.
        foreach (Trial trial in trials) With(job, Parse(trial.Settings));
        return new SearchRequest
        {
            Model = path,
            Trials = trials,
            TrialsFolder = parsed.GetValue(_trials) ?? Path.Combine(folder, "trials"),
            Goal = goal,
            Out = folder,
            SavePage = report => ReportFiles.SavePage(report, job, terminal),
            Run = (trial, work) => Compression.RunTrial(With(job, Parse(trial.Settings)) with { Out = work }, terminal),
        };
    }

    /// <summary>The settings that the command line gives.</summary>
    private IEnumerable<(string Name, string Value)> Given(ParseResult parsed)
    {
        foreach (Option option in _trial.Options)
        {
            if (parsed.GetResult(option.Name == _budget.Name ? _budget : option) is not { Implicit: false } result) continue;
            yield return (option.Name, result.Tokens.Count == 0 ? "true" : string.Join(TrialGrid.Separator, result.Tokens.Select(static t => t.Value)));
        }
    }

    private ParseResult Parse(IEnumerable<string> settings)
    {
        ParseResult parsed = _trial.Parse([.. settings]);
        return parsed.Errors is [{ } error, ..] ? throw CliException.Usage(error.Message.ReplaceLineEndings(" ")) : parsed;
    }

    /// <summary>Without pruning, how to prune says nothing.</summary>
    private IEnumerable<(string Name, string Value)> Simplify(IReadOnlyList<(string Name, string Value)> settings)
    {
        bool prunes = settings.Any(s => _budgetNames.Contains(s.Name) && !(s.Name == _budget.Name && s.Value is "1" or "1.0"));
        return prunes ? settings : settings.Where(s => !_pruningNames.Contains(s.Name));
    }

    private static double? Limit((string Name, string Value)[] settings, BudgetQuantity quantity, string name, double original)
    {
        string? text = settings.FirstOrDefault(s => s.Name == name).Value;
        if (text is null) return null;
        try
        {
            return quantity == BudgetQuantity.Time ? double.Parse(text, CultureInfo.InvariantCulture) : Budget.Parse(quantity, text).Of(original);
        }
        catch (FormatException e)
        {
            throw CliException.Usage($"{name}: {e.Message}");
        }
    }

    private CompressRequest With(CompressRequest job, ParseResult settings)
    {
        BudgetRequest? budget = _budgets.Read(settings);
        return job with { Budget = budget, Pruning = budget is null ? null : _pruning.Read(settings, pictures: true), Quantization = _quantization.Read(settings), Finetune = Finetune(settings) };
    }

    private FinetuneRequest? Finetune(ParseResult settings) =>
        settings.GetValue(_finetune) is not { } steps ? null : steps > 0 ? FinetuneRequest.OfSteps(steps) : throw CliException.Usage($"{_finetune.Name} must be at least 1");

    private CompressRequest Job(string path, ParseResult parsed, Terminal terminal)
    {
        RunRequest run = Run(parsed);
        double? maxDrop = MaxDrop(parsed);
        string[] calibrationPaths = parsed.GetValue(_calibration) is { Length: > 0 } given
            ? given
            : throw CliException.Usage("--calib is needed: some hundred pictures like those the model will see, or the word random");
        OnnxModel loaded = OnnxModel.Load(path, run.Config, run.Shapes);
        PictureSets pictures = PictureSets.Open(calibrationPaths, parsed.GetValue(_images), parsed.GetValue(_labels), parsed.GetValue(_limit), holdBack: maxDrop is not null, loaded, terminal);
        return new CompressRequest
        {
            Model = loaded,
            Run = run,
            Name = Path.GetFileNameWithoutExtension(path),
            Out = parsed.GetRequiredValue(_output),
            Calibration = pictures.Calibration,
            Verification = pictures.Verification,
            Pruning = null,
            Quantization = new QuantizeOptions(),
            MaxDrop = maxDrop,
            Notes = pictures.Notes,
            Commands = [CommandText.Of(parsed)],
            Scheme = parsed.GetValue(_scheme),
        };
    }

    private string Digest(CompressRequest job, ParseResult parsed)
    {
        using var digest = new InputDigest();
        digest.AddFile("model", job.Model.Path);
        digest.Add("preprocessing", job.Model.RequirePreprocessing().ToJson());
        digest.Add("shape", parsed.GetValue(_shape) ?? "");
        if (job.Scheme is { } scheme) digest.AddFile("scheme", scheme);
        digest.Add("max-drop", job.MaxDrop?.ToString("R", CultureInfo.InvariantCulture) ?? "");
        digest.AddPictures("calibration", parsed.GetRequiredValue(_calibration)!, job.Calibration);
        digest.AddPictures("verification", parsed.GetValue(_images) ?? [], job.Verification);
        return digest.ToString();
    }

    private double? MaxDrop(ParseResult parsed) => SchemeOptions.Points(parsed, _maxDrop);

    private RunRequest Run(ParseResult parsed) => new() { Config = parsed.GetValue(_config), Shapes = parsed.Shapes(_shape), OrtPath = parsed.GetValue(_ort) };
}
