using System.CommandLine;
using EdgeKit.Cli.Fetching;
using EdgeKit.Cli.Models;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit model list</c> and <c>edgekit model get</c>: small models that others publish.</summary>
internal static class ModelVerb
{
    public static Command Create(Terminal terminal) => new Verb("model", "Lists and fetches well-known small models.",
        """
        The models are others', under their licences; EdgeKit knows where they are, the
        SHA-256 of each and how pictures go in. What was fetched once stays in
        XDG_CACHE_HOME/edgekit/models, or in ~/.cache.

        Examples: edgekit model list
                  edgekit model get nanodet-m --out nanodet.onnx
        """)
    {
        List(terminal),
        Get(terminal),
    };

    private static Verb List(Terminal terminal)
    {
        Option<string?> catalogue = CatalogueOption();
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("list", "Lists the models that can be fetched.", "Example: edgekit model list --json") { catalogue, json };
        command.SetAction(parsed =>
        {
            ModelCache cache = ModelCache.Open();
            Listing[] models = [.. Catalogue.Load(parsed.GetValue(catalogue)).Models.Select(m => new Listing(m.Name, m.TrainedOn, m.Preprocessing.Task, [m.Preprocessing.Width, m.Preprocessing.Height], m.Size, m.Licence, m.Address.ToString(), m.Sha256, cache.Seems(m)))];
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(JsonOutput.Format(new Report(JsonOutput.Version, cache.Folder, models)));
                return;
            }
            var table = new TextTable("model", "task", "trained on", "input", "size", "licence", "here") { LeftColumns = 3 };
            foreach (Listing m in models) table.Add(m.Name, m.Task ?? "", m.TrainedOn, InputShape.Format(m.Input), Units.Size(m.Bytes), m.Licence, m.Cached ? "yes" : "");
            terminal.Output.Write(table.ToString());
        });
        return command;
    }

    private static Verb Get(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "A model of 'edgekit model list'.", HelpName = "NAME" };
        var output = new Option<string?>("--out", "-o") { Description = "Copy it to this .onnx file, with its preprocessing beside it.", HelpName = "FILE" };
        var from = new Option<string?>("--from") { Description = "Take this file instead of downloading, if it is the model.", HelpName = "FILE" };
        Option<string?> catalogue = CatalogueOption();
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("get", "Fetches a model.",
            """
            Prints where the model is. A download that was cut goes on where it ended.
            Without a network, bring the file from the address that 'edgekit model list
            --json' shows, and name it with --from.

            Example: edgekit model get nanodet-m --out nanodet.onnx
            """) { name, output, from, catalogue, json };
        command.SetAction(parsed =>
        {
            CatalogueEntry model = Catalogue.Load(parsed.GetValue(catalogue)).Find(parsed.GetRequiredValue(name));
            ModelCache cache = ModelCache.Open();
            string? target = parsed.GetValue(output), file = parsed.GetValue(from);
            if (target is not null)
            {
                if (!Path.GetExtension(target).Equals(".onnx", StringComparison.OrdinalIgnoreCase)) throw CliException.Usage($"{target}: give --out a name that ends with .onnx");
                OutputFile.RequireFolder(target);
            }
            if (file is not null)
            {
                OnnxModel.RequireFile(file);
                cache.Take(model, file);
            }
            else if (!cache.Holds(model))
            {
                using var download = new Download(model, cache, terminal);
                download.RunAsync().GetAwaiter().GetResult();
            }
            if (target is not null) cache.Place(model, target);
            string path = target ?? cache.FileOf(model);
            terminal.Output.WriteLine(parsed.GetValue(json)
                ? JsonOutput.Format(new Fetched(JsonOutput.Version, model.Name, path, model.Sha256, model.Size, model.Licence))
                : path);
        });
        return command;
    }

    private static Option<string?> CatalogueOption() => new("--catalogue") { Description = "A catalogue of your own, in the form of models/catalogue.json.", HelpName = "FILE" };

    private sealed record Listing(string Name, string TrainedOn, string? Task, int[] Input, long Bytes, string Licence, string Address, string Sha256, bool Cached);

    private sealed record Report(int Version, string Folder, IReadOnlyList<Listing> Models);

    private sealed record Fetched(int Version, string Name, string Path, string Sha256, long Bytes, string Licence);
}
