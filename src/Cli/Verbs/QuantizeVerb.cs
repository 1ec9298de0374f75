using System.CommandLine;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit quantize</c>: a float ONNX file to an INT8 one in QDQ form.</summary>
internal static class QuantizeVerb
{
    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string?>("model") { Description = "The float model, an ONNX file.", Arity = ArgumentArity.ZeroOrOne };
        Option<string[]> calibration = SharedOptions.Pictures("--calib", "Pictures to calibrate on: folders, files or CIFAR .bin files; or the word random.");
        var explain = new Option<bool>("--explain") { Description = "List the passes in their order, and which of them are on; does nothing else." };
        var settings = new QuantizeOptionSet();
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<string> output = SharedOptions.Out("The ONNX file to write.");
        output.Required = false;
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("quantize", "Quantizes a float model to INT8.",
            """
            Writes the model with QuantizeLinear and DequantizeLinear pairs (QDQ), which
            ONNX Runtime fuses to INT8 operators and 'edgekit compile' compiles. Ranges of
            activations are measured on the pictures; some hundreds are plenty.

            Examples: edgekit quantize m.onnx --calib pictures/ --out q.onnx
                      edgekit quantize m.onnx --calib pictures/ --out trt.onnx
                                              --activations symmetric
                      edgekit quantize --explain
            """) { model, calibration, output, explain };
        settings.AddTo(command);
        command.Add(config);
        command.Add(shape);
        command.Add(json);
        command.SetAction(parsed =>
        {
            QuantizeOptions how = settings.Read(parsed);
            if (parsed.GetValue(explain))
            {
                IReadOnlyList<PassDescription> passes = Quantizer.Passes(how);
                terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(new Explanation(JsonOutput.Version, passes)) : PassTable.Format(passes));
                return;
            }
            string path = parsed.GetValue(model) ?? throw CliException.Usage("quantize needs a model");
            string[] pictures = parsed.GetValue(calibration) is { Length: > 0 } given ? given : throw CliException.Usage("quantize needs --calib: some hundred pictures like those the model will see, or the word random");
            string target = parsed.GetValue(output) ?? throw CliException.Usage("quantize needs --out, the file to write");
            OutputFile.RequireOther(target, path);
            OnnxModel loaded = OnnxModel.Load(path, parsed.GetValue(config), parsed.Shapes(shape));
            ImageSource source = PictureReader.Open(pictures, loaded.RequirePreprocessing(), terminal);
            QuantizeResult result = QuantizeStep.Run(loaded, source, how, terminal);
            OnnxFile.Save(result.Qdq, target);
            var report = new Report(JsonOutput.Version, path, target, result.Images, result.QuantizedOperators, result.FloatOperators, result.Passes);
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
        });
        return command;
    }

    private sealed record Explanation(int Version, IReadOnlyList<PassDescription> Passes);

    private sealed record Report(int Version, string Model, string Out, int Images, int QuantizedOperators, IReadOnlyList<FloatOperator> FloatOperators, IReadOnlyList<PassOutcome> Passes)
    {
        public string ToText() => string.Join('\n',
        [
            $"{Out}: {QuantizedOperators} operators in INT8, {FloatOperators.Count} in float; calibrated on {Images} pictures",
            .. Passes.Select(static p => $"{p.Pass}: {p.Done}"),
            .. FloatOperators.Select(static f => $"in float: {f.OpType} '{f.Node}': {f.Reason}"),
        ]);
    }
}
