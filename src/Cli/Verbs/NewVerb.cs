using System.CommandLine;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit new</c>: writes a well-known network with untrained weights.</summary>
internal static class NewVerb
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = $"The network: {string.Join(", ", Zoo.Names)}.", HelpName = "NAME" };
        name.AcceptOnlyFromAmong([.. Zoo.Names]);
        var width = new Option<double>("--width") { Description = "Width multiplier.", DefaultValueFactory = static _ => 1 };
        var size = new Option<int>("--size") { Description = "Height and width of the input in pixels.", DefaultValueFactory = static _ => 224 };
        var classes = new Option<int>("--classes") { Description = "Number of classes.", DefaultValueFactory = static _ => 1000 };
        var seed = new Option<int>("--seed") { Description = "Seed of the weights.", DefaultValueFactory = static _ => 1 };
        Option<string> output = SharedOptions.Out("The ONNX file to write.");
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("new", "Writes a well-known network with untrained weights.",
            """
            Writes a well-known network as ONNX, with untrained weights: for latency
            studies and as a start for training.

            Example: edgekit new shufflenet-v2 --width 0.5 --size 96 --out s.onnx
            """) { name, width, size, classes, seed, output, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(output);
            Graph graph = Build(parsed.GetRequiredValue(name), new ZooOptions
            {
                Width = parsed.GetValue(width),
                Size = parsed.GetValue(size),
                Classes = parsed.GetValue(classes),
                Seed = parsed.GetValue(seed),
            });
            OnnxFile.Save(graph, path);
            ModelSummary summary = ModelSummary.Of(graph);
            terminal.Output.WriteLine(parsed.GetValue(json)
                ? JsonOutput.Format(new Report(JsonOutput.Version, path, graph.Name, summary.Parameters, summary.Macs))
                : $"{path}: {graph.Name}, untrained weights, {Units.Count(summary.Parameters)} parameters, {Units.Count(summary.Macs)} MACs");
        });
        return command;
    }

    private sealed record Report(int Version, string Out, string Name, long Parameters, long Macs);

    private static Graph Build(string name, ZooOptions options)
    {
        try
        {
            return Zoo.Create(name, options);
        }
        catch (ArgumentException e)
        {
            throw CliException.Usage(e.Message);
        }
    }
}
