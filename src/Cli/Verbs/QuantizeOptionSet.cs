using System.CommandLine;
using EdgeKit.Cli.Compressing;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options that say how to quantize.</summary>
internal sealed class QuantizeOptionSet
{
    private static readonly Dictionary<string, CalibrationMethod> Methods = new(StringComparer.Ordinal)
    {
        ["mse"] = CalibrationMethod.MeanSquaredError,
        ["minmax"] = CalibrationMethod.MinMax,
        ["percentile"] = CalibrationMethod.Percentile,
        ["entropy"] = CalibrationMethod.Entropy,
    };

    private static readonly Dictionary<string, ActivationScheme> Schemes = new(StringComparer.Ordinal)
    {
        ["asymmetric"] = ActivationScheme.Asymmetric,
        ["symmetric"] = ActivationScheme.Symmetric,
    };

    private readonly Option<string> _method = new("--method") { Description = "How ranges of activations are chosen.", DefaultValueFactory = static _ => "mse" };
    private readonly Option<double> _percentile = new("--percentile") { Description = "For --method percentile: percent of the values to keep.", HelpName = "P", DefaultValueFactory = static _ => 99.99 };
    private readonly Option<string> _activations = new("--activations")
    {
        Description = "asymmetric: uint8, the most exact; symmetric: int8 with zero point 0, which TensorRT takes.",
        HelpName = "SCHEME",
        DefaultValueFactory = static _ => "asymmetric",
    };

    public QuantizeOptionSet()
    {
        _method.AcceptOnlyFromAmong([.. Methods.Keys]);
        _activations.AcceptOnlyFromAmong([.. Schemes.Keys]);
    }

    public void AddTo(Command command)
    {
        command.Add(_method);
        command.Add(_percentile);
        command.Add(_activations);
    }

    public QuantizeSettings Read(ParseResult parsed)
    {
        double percentile = parsed.GetValue(_percentile);
        if (percentile is not (> 50 and <= 100)) throw CliException.Usage("--percentile must be over 50 and at most 100");
        return new QuantizeSettings(Methods[parsed.GetRequiredValue(_method)], percentile, Schemes[parsed.GetRequiredValue(_activations)]);
    }
}
