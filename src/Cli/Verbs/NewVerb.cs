using System.CommandLine;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit new</c>: writes a well-known network with untrained weights.</summary>
internal static class NewVerb
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("name")
        {
            Description = $"A light classifier: {string.Join(", ", Zoo.Names)}. Or another network: {string.Join(", ", Zoo.FurtherNames)}.",
            HelpName = "NAME",
        };
        name.AcceptOnlyFromAmong([.. Zoo.Names, .. Zoo.FurtherNames]);
        var width = new Option<double>("--width") { Description = "Width multiplier.", DefaultValueFactory = static _ => 1 };
        var size = new Option<int?>("--size") { Description = "Height and width of the input in pixels (or its samples, tokens, nodes); unless given, what the network's authors took." };
        var classes = new Option<int?>("--classes") { Description = "Number of classes; unless given, what the network's authors took." };
        var seed = new Option<int>("--seed") { Description = "Seed of the weights.", DefaultValueFactory = static _ => 1 };
        Option<string> output = SharedOptions.Out("The ONNX file to write.");
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("new", "Writes a well-known network with untrained weights.",
            """
            Writes a well-known network as ONNX, with untrained weights: for latency
            studies and as a start for training. The light classifiers are what
            'edgekit train' takes by name too. docs/systems.md says of each what runs
            in INT8 and what can be pruned.

            Example: edgekit new shufflenet-v2 --width 0.5 --size 96 --out s.onnx
            Example: edgekit new yolov8-nano --size 320 --out y.onnx
            """) { name, width, size, classes, seed, output, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(output);
            string network = parsed.GetRequiredValue(name);
            ZooOptions defaults = Zoo.Defaults(network);
            Graph graph = Build(network, defaults with
            {
                Width = parsed.GetValue(width),
                Size = parsed.GetValue(size) ?? defaults.Size,
                Classes = parsed.GetValue(classes) ?? defaults.Classes,
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
