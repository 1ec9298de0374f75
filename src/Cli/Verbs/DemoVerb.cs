using System.CommandLine;
using EdgeKit.Cli.Finding;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit demo objects</c> and <c>edgekit demo lanes</c>: what a model finds, drawn.</summary>
internal static class DemoVerb
{
    public static Command Create(Terminal terminal) => new Verb("demo", "Draws the objects or lanes that a model finds in pictures.",
        """
        Draws into PNG files and a page with all of them, index.html; prints a line a
        picture. What a model's outputs mean is said by "decoder" in its preprocessing.

        Examples: edgekit demo lanes --images road/ --out out
                  edgekit demo objects --model nanodet.onnx --images street.jpg
        """)
    {
        Create(terminal, "objects", "Objects as boxes with label and confidence.", static model => model.Decoder.FindsBoxes),
        Create(terminal, "lanes", "Lane lines, and the road where the model marks it.", static model => model.Decoder.FindsLanes),
    };

    private static Verb Create(Terminal terminal, string name, string summary, Predicate<FindingModel> finds)
    {
        var model = new Option<string?>("--model") { Description = $"The model, .onnx or .ekm, instead of EdgeKit's own {name}.", HelpName = "MODEL" };
        Option<string[]> images = SharedOptions.Pictures("--images", "Pictures: folders or files.");
        images.Required = true;
        var output = new Option<string>("--out", "-o") { Description = "Folder for the PNG files and index.html.", HelpName = "DIR", DefaultValueFactory = static _ => "out" };
        var limit = new Option<int?>("--limit") { Description = "Use only the first N pictures.", HelpName = "N" };
        Option<float?> score = ScoreOption();
        Option<string> backend = BackendOption();
        Option<string?> config = SharedOptions.Config();
        Option<string?> ort = SharedOptions.Ort();
        Option<bool> json = new("--json") { Description = "Print JSON, one line a picture." };
        var threads = new ThreadOptions();
        var command = new Verb(name, summary,
            $"""
            With --json, a line has objects (label, confidence, box as left, top, right,
            bottom), lanes (confidence, points) and masks, as the model finds them, in
            pixels of the picture.

            Example: edgekit demo {name} --images pictures/ --out out --json
            """) { model, images, output, limit, score, backend, config, ort, json };
        threads.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(limit) is < 1) throw CliException.Usage("--limit must be positive");
            string path = parsed.GetValue(model) ?? OwnModels.Path(name);
            var request = new RunRequest { Config = parsed.GetValue(config), OrtPath = parsed.GetValue(ort), Threads = threads.Single(parsed), Cores = threads.Cores(parsed) };
            using FindingModel loaded = FindingModel.Load(path, parsed.GetRequiredValue(backend), request,
                parsed.GetValue(score) is { } least ? settings => settings with { Score = least } : null);
            if (!finds(loaded)) throw CliException.Usage($"{path}: its decoder finds no {name}");
            ImageSource source = ImageSource.Open(parsed.GetRequiredValue(images));
            new DemoRun(loaded, parsed.GetRequiredValue(output), parsed.GetValue(json), terminal).Run([.. parsed.GetValue(limit) is { } n ? source.Take(n) : source]);
        });
        return command;
    }

    private static Option<float?> ScoreOption()
    {
        var option = new Option<float?>("--score") { Description = "Least confidence, 0 to 1, instead of the model's.", HelpName = "S" };
        option.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<float?>() is { } value and not (>= 0 and <= 1)) result.AddError($"--score {value}: give a number from 0 to 1.");
        });
        return option;
    }

    internal static Option<string> BackendOption()
    {
        var backend = new Option<string>("--backend") { Description = "What runs an .onnx file.", DefaultValueFactory = static _ => RunnableModel.EdgeKitBackend };
        backend.AcceptOnlyFromAmong([.. RunnableModel.Backends]);
        return backend;
    }
}
