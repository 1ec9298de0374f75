using System.CommandLine;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Reporting.Maps;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options of <c>edgekit report --maps</c>.</summary>
internal sealed class MapOptionSet
{
    private readonly Option<bool> _maps = new("--maps") { Description = "Show what a float model looks at instead: feature maps, class activation maps, receptive fields." };
    private readonly Option<string[]> _layers = new("--layers") { Description = "Layers whose maps are shown, by name; else six, evenly spread.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int?> _class = new("--class") { Description = "The class that maps are about; else each picture's best.", HelpName = "N" };

    /// <summary>Whether maps are asked for.</summary>
    /// <exception cref="CliException">They are not, and yet an option of theirs is given.</exception>
    public bool Wanted(ParseResult parsed)
    {
        if (parsed.GetValue(_maps)) return true;
        if (parsed.GetValue(_layers) is { Length: > 0 } || parsed.GetValue(_class) is not null) throw CliException.Usage("--layers and --class are for --maps");
        return false;
    }

    public void AddTo(Command command)
    {
        command.Add(_maps);
        command.Add(_layers);
        command.Add(_class);
    }

    /// <summary>Writes the page.</summary>
    public void Run(ParseResult parsed, OnnxModel model, IReadOnlyList<string> pictures, int? limit, string target, bool json, Terminal terminal)
    {
        if (model.IsQuantized) throw CliException.Usage($"{model.Path}: is quantized; --maps looks into the float model it was made from");
        ImageSource source = PictureReader.Open(pictures, model.RequirePreprocessing(), terminal);
        MapFacts facts = MapPage.Write(target, new MapRequest
        {
            Model = model,
            Pictures = [.. source.Take(limit ?? MapRequest.DefaultPictures)],
            Layers = parsed.GetValue(_layers) ?? [],
            Class = parsed.GetValue(_class),
            Command = CommandText.Of(parsed),
        }, terminal);
        if (json)
        {
            terminal.Output.WriteLine(JsonOutput.Format(facts));
            return;
        }
        foreach (PictureFacts p in facts.Pictures.Where(static p => p.Target is not null)) terminal.Output.WriteLine($"{p.Name}: {p.Target}, {Units.Percent(p.Target!.Probability)}");
        terminal.Output.WriteLine($"{target}: {Units.Size(new FileInfo(target).Length)}");
    }
}
