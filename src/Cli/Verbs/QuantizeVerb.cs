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
        Argument<string> model = SharedOptions.Model("The float model, an ONNX file.");
        Option<string[]> calibration = SharedOptions.Pictures("--calib", "Pictures to calibrate on: folders, files or CIFAR .bin files; or the word random.");
        calibration.Required = true;
        var settings = new QuantizeOptionSet();
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<string> output = SharedOptions.Out("The ONNX file to write.");
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("quantize", "Quantizes a float model to INT8.",
            """
            Writes the model with QuantizeLinear and DequantizeLinear pairs (QDQ), which
            ONNX Runtime fuses to INT8 operators and 'edgekit compile' compiles. Ranges of
            activations are measured on the pictures; some hundreds are plenty.

            Examples: edgekit quantize m.onnx --calib pictures/ --out q.onnx
                      edgekit quantize m.onnx --calib pictures/ --out trt.onnx
                                              --activations symmetric
            """) { model, calibration, output };
        settings.AddTo(command);
        command.Add(config);
        command.Add(shape);
        command.Add(json);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            string target = parsed.GetRequiredValue(output);
            OutputFile.RequireOther(target, path);
            QuantizeSettings how = settings.Read(parsed);
            OnnxModel loaded = OnnxModel.Load(path, parsed.GetValue(config), parsed.Shapes(shape));
            ImageSource pictures = PictureReader.Open(parsed.GetRequiredValue(calibration), loaded.RequirePreprocessing(), terminal);
            QuantizeResult result = QuantizeStep.Run(loaded, pictures, how, terminal);
            OnnxFile.Save(result.Qdq, target);
            var report = new Report(JsonOutput.Version, path, target, result.Images, result.QuantizedOperators, result.FloatOperators);
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
        });
        return command;
    }

    private sealed record Report(int Version, string Model, string Out, int Images, int QuantizedOperators, IReadOnlyList<FloatOperator> FloatOperators)
    {
        public string ToText() => string.Join('\n',
        [
            $"{Out}: {QuantizedOperators} operators in INT8, {FloatOperators.Count} in float; calibrated on {Images} pictures",
            .. FloatOperators.Select(static f => $"in float: {f.OpType} '{f.Node}': {f.Reason}"),
        ]);
    }
}
