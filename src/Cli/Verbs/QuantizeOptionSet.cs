using System.CommandLine;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options that say how to quantize.</summary>
internal sealed class QuantizeOptionSet
{
    private static readonly Dictionary<string, CalibrationMethod> Methods = new(StringComparer.Ordinal)
    {
        ["auto"] = CalibrationMethod.Auto,
        ["mse"] = CalibrationMethod.MeanSquaredError,
        ["minmax"] = CalibrationMethod.MinMax,
        ["percentile"] = CalibrationMethod.Percentile,
        ["entropy"] = CalibrationMethod.Entropy,
    };

    private static readonly Dictionary<string, WeightGranularity> Granularities = new(StringComparer.Ordinal)
    {
        ["per-channel"] = WeightGranularity.PerChannel,
        ["per-tensor"] = WeightGranularity.PerTensor,
    };

    private static readonly Dictionary<string, ActivationScheme> Schemes = new(StringComparer.Ordinal)
    {
        ["asymmetric"] = ActivationScheme.Asymmetric,
        ["symmetric"] = ActivationScheme.Symmetric,
    };

    private readonly Option<string> _method = new("--method") { Description = "How ranges of activations are chosen; auto takes for each what leaves the least error behind its readers.", DefaultValueFactory = static _ => "auto" };
    private readonly Option<double> _percentile = new("--percentile") { Description = "For --method percentile: percent of the values to keep.", HelpName = "P", DefaultValueFactory = static _ => 99.99 };
    private readonly Option<string> _weights = new("--weights") { Description = "Scales of weights: one an output channel, or one a layer.", DefaultValueFactory = static _ => "per-channel" };
    private readonly Option<string> _activations = new("--activations")
    {
        Description = "asymmetric: uint8, the most exact; symmetric: int8 with zero point 0, which TensorRT takes.",
        HelpName = "SCHEME",
        DefaultValueFactory = static _ => "asymmetric",
    };

    private readonly Option<string[]> _without = new("--without") { Description = "Passes to leave out, as --explain names them: NAME,NAME.", HelpName = "NAMES", AllowMultipleArgumentsPerToken = true };

    public QuantizeOptionSet()
    {
        _method.AcceptOnlyFromAmong([.. Methods.Keys]);
        _weights.AcceptOnlyFromAmong([.. Granularities.Keys]);
        _activations.AcceptOnlyFromAmong([.. Schemes.Keys]);
    }

    public void AddTo(Command command)
    {
        command.Add(_method);
        command.Add(_percentile);
        command.Add(_weights);
        command.Add(_activations);
        command.Add(_without);
    }

    public QuantizeOptions Read(ParseResult parsed)
    {
        double percentile = parsed.GetValue(_percentile);
        if (percentile is not (> 50 and <= 100)) throw CliException.Usage("--percentile must be over 50 and at most 100");
        return new QuantizeOptions
        {
            Method = Methods[parsed.GetRequiredValue(_method)],
            Percentile = percentile,
            Weights = Granularities[parsed.GetRequiredValue(_weights)],
            Activations = Schemes[parsed.GetRequiredValue(_activations)],
            Without = LeftOut(parsed),
        };
    }

    private HashSet<string> LeftOut(ParseResult parsed)
    {
        string[] known = [.. Quantizer.Passes().Where(static p => p.CanBeLeftOut).Select(static p => p.Name)];
        string[] names = [.. (parsed.GetValue(_without) ?? []).SelectMany(static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return names.FirstOrDefault(n => !known.Contains(n)) is { } unknown
            ? throw CliException.Usage($"{_without.Name}: there is no pass '{unknown}' that can be switched; there are {string.Join(", ", known)}")
            : [.. names];
    }
}
