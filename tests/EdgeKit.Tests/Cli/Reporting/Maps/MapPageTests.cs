using System.Text.Json;
using System.Xml.Linq;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Cli.Reporting.Maps;

/// <summary><c>edgekit report --maps</c>.</summary>
public sealed class MapPageTests
{
    [Fact]
    public void A_classifiers_page_has_its_pictures_inside()
    {
        using var tool = new Tool();
        string net = tool.Net(), page = tool.At("maps.html");
        Outcome outcome = Tool.Run("report", net, "--maps", "--images", tool.Pictures(3), "--limit", "2", "--out", page, "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Error);

        XDocument html = XDocument.Load(page);
        Assert.Equal(
            ["What speaks for the class", "Channels that the classifier rests on", "Feature maps", "Kernels of the first layer", "Receptive fields, in theory and as measured", "To make it again"],
            html.Descendants("h2").Select(static h => h.Value));
        XElement[] images = [.. html.Descendants("img")];
        // Of each of two pictures itself, two maps and six layers; six fields; the kernels.
        Assert.Equal(2 * 9 + 7, images.Length);
        foreach (XElement image in images)
        {
            const string prefix = "data:image/png;base64,";
            string source = image.Attribute("src")!.Value;
            Assert.StartsWith(prefix, source, StringComparison.Ordinal);
            Frame frame = ImageFile.Decode(Convert.FromBase64String(source[prefix.Length..]), "img");
            Assert.Equal((image.Attribute("width")!.Value, image.Attribute("height")!.Value), ($"{frame.Width}", $"{frame.Height}"));
        }
        Assert.DoesNotContain(html.Descendants(), static e => e.Name.LocalName is "script" or "link" or "iframe");

        JsonElement json = outcome.Json;
        Assert.Equal(1, json.GetProperty("version").GetInt32());
        JsonElement[] pictures = [.. json.GetProperty("pictures").EnumerateArray()], layers = [.. json.GetProperty("layers").EnumerateArray()];
        Assert.Equal((2, 6), (pictures.Length, layers.Length));
        double[] drops = [.. pictures[0].GetProperty("channels").EnumerateArray().Select(static c => c.GetProperty("drop").GetDouble())];
        Assert.Equal(drops.OrderDescending(), drops);
        Assert.All(layers.Where(static l => !l.GetProperty("whole_input").GetBoolean()), static l => Assert.InRange(l.GetProperty("measured_side").GetInt32(), 1, l.GetProperty("height").GetInt32()));
    }

    [Fact]
    public void Layers_and_class_are_chosen_by_name_and_number()
    {
        using var tool = new Tool();
        string net = tool.Net(), page = tool.At("maps.html"), pictures = tool.Pictures(1);
        string[] names = [.. Tool.Run("report", net, "--maps", "--images", pictures, "--out", page, "--json").Json.GetProperty("layers").EnumerateArray().Select(static l => l.GetProperty("name").GetString()!)];
        JsonElement json = Tool.Run("report", net, "--maps", "--images", pictures, "--layers", names[1], names[3], "--class", "7", "--out", page, "--json").Json;
        Assert.Equal([names[1], names[3]], json.GetProperty("layers").EnumerateArray().Select(static l => l.GetProperty("name").GetString()));
        Assert.Equal(7, json.GetProperty("pictures")[0].GetProperty("target").GetProperty("class").GetInt32());
    }

    [Fact]
    public void A_model_that_is_no_classifier_has_maps_and_fields()
    {
        using var tool = new Tool();
        string net = tool.BareNet("bare.onnx"), page = tool.At("maps.html");
        File.WriteAllText(tool.At("bare.json"), Preprocessing.Template(8, 8));
        Outcome outcome = Tool.Run("report", net, "--maps", "--images", tool.Pictures(1), "--out", page);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(["Pictures", "Feature maps", "Kernels of the first layer", "Receptive fields, in theory and as measured", "Notes", "To make it again"], XDocument.Load(page).Descendants("h2").Select(static h => h.Value));
    }

    [Fact]
    public void What_cannot_be_shown_is_said_and_leaves_no_page()
    {
        using var tool = new Tool();
        string net = tool.Net(), page = tool.At("maps.html"), pictures = tool.Pictures(1), odd = tool.BareNet("odd.onnx", "Floor");
        File.WriteAllText(tool.At("odd.json"), Preprocessing.Template(8, 8));
        Fails(2, "no such value or node", net, "--maps", "--layers", "nowhere");
        Fails(2, "knows 10 classes", net, "--maps", "--class", "10");
        Fails(2, "is no classifier", odd, "--maps", "--class", "1");
        Fails(2, "are for --maps", net, "--reference", net, "--class", "1");
        Fails(2, "--reference is required", net);
        Fails(4, "cannot be trained through", odd, "--maps");
        Assert.False(File.Exists(page));

        void Fails(int exitCode, string message, params string[] arguments)
        {
            Outcome outcome = Tool.Run(["report", .. arguments, "--images", pictures, "--out", page]);
            Assert.Equal((exitCode, true), (outcome.ExitCode, outcome.LastError.Contains(message, StringComparison.Ordinal)));
        }
    }
}
