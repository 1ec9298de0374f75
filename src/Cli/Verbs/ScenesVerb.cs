using System.CommandLine;
using System.Globalization;
using EdgeKit.Cli.Scenes;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit scenes</c>: writes rendered road scenes.</summary>
internal static class ScenesVerb
{
    public static Command Create(Terminal terminal)
    {
        var count = new Option<int>("--count") { Description = "Number of scenes.", HelpName = "N", DefaultValueFactory = static _ => 24 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the first scene; the next have the next seeds.", HelpName = "S", DefaultValueFactory = static _ => 1 };
        var size = new Option<string>("--size") { Description = "Width and height in pixels.", HelpName = "WxH", DefaultValueFactory = static _ => "320x192" };
        var output = new Option<string>("--out", "-o") { Description = "The folder to write to.", HelpName = "DIR", Required = true };
        var labels = new Option<bool>("--labels") { Description = "Also draw the labels into a copy of every picture." };
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("scenes", "Renders road scenes with exact labels.",
            """
            Writes pictures of a procedural road as a car's camera sees it: SEED.png, with
            --labels also SEED-labels.png, and labels.json with lane lines as polylines and
            objects as boxes, in pixels. sheet.png shows the first 60 with their labels:
            the own lane's lines red and green, others cyan. A seed always gives the same
            picture.

            Example: edgekit scenes --count 24 --seed 7 --size 320x192 --out scenes
            """) { count, seed, size, output, labels, json };
        command.SetAction(parsed =>
        {
            (int width, int height) = Size(parsed.GetRequiredValue(size));
            SceneReport report = SceneJob.Run(new SceneRequest
            {
                Count = parsed.GetValue(count) is var n and > 0 and <= SceneRequest.MaxCount ? n : throw CliException.Usage($"--count must be from 1 to {SceneRequest.MaxCount}"),
                Seed = parsed.GetValue(seed),
                Width = width,
                Height = height,
                Folder = parsed.GetRequiredValue(output),
                DrawLabels = parsed.GetValue(labels),
            }, terminal);
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
        });
        return command;
    }

    private static (int Width, int Height) Size(string text)
    {
        string[] sides = text.Split('x');
        if (sides.Length != 2 || !Side(sides[0], out int width) || !Side(sides[1], out int height))
            throw CliException.Usage($"--size {text}: expected WIDTHxHEIGHT, each from {SceneRequest.MinSide} to {SceneRequest.MaxSide}, such as 320x192");
        return (width, height);

        static bool Side(string digits, out int side) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= SceneRequest.MinSide and <= SceneRequest.MaxSide;
    }
}
