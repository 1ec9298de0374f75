using System.Text.Json;
using EdgeKit.Cli.Fetching;
using EdgeKit.Imaging;
using EdgeKit.Testing;
using EdgeKit.Tests.Architecture;
using Xunit;

namespace EdgeKit.Tests.Cli.Fetching;

/// <summary><c>edgekit model</c>.</summary>
public sealed class ModelVerbTests
{
    [Fact]
    public void The_list_fits_80_columns_and_is_the_catalogue_of_the_repository()
    {
        Outcome text = Tool.Run("model", "list"), json = Tool.Run("model", "list", "--json");
        Assert.Equal((0, 0), (text.ExitCode, json.ExitCode));
        Assert.All(text.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 80));
        JsonElement[] listed = [.. json.Json.GetProperty("models").EnumerateArray()];
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "models", "catalogue.json")));
        Assert.Equal(file.RootElement.GetProperty("models").EnumerateArray().Select(static m => m.GetProperty("sha256").GetString()), listed.Select(static m => m.GetProperty("sha256").GetString()));
        Assert.All(listed, m => Assert.Contains($"\n{m.GetProperty("name").GetString()} ", text.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        Outcome outcome = Tool.Run("model", "get", "skynet");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("nanodet-m", outcome.LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"sha256\": \"x\"", "64 lower-case hexadecimal digits")]
    [InlineData("\"name\": \"../x\"", "its name")]
    [InlineData("\"address\": \"http://example.com/m.onnx\"", "https")]
    [InlineData("\"size\": -1", "its size")]
    [InlineData("\"size\": \"big\"", "is not a catalogue")]
    [InlineData("\"preprocessing\": {}", "width")]
    public void A_malformed_catalogue_is_refused_by_entry(string field, string message)
    {
        using var tool = new Tool();
        string file = tool.At("catalogue.json");
        var fields = new Dictionary<string, string>
        {
            ["name"] = "\"net\"",
            ["trained_on"] = "\"noise\"",
            ["address"] = "\"https://example.com/net.onnx\"",
            ["sha256"] = $"\"{new string('a', 64)}\"",
            ["size"] = "10",
            ["licence"] = "\"MIT\"",
            ["preprocessing"] = Preprocessing.Template(32, 32),
        };
        Write();
        Assert.Equal(0, Tool.Run("model", "list", "--catalogue", file).ExitCode);
        string[] parts = field.Split(": ", 2);
        fields[parts[0].Trim('"')] = parts[1];
        Write();
        Outcome outcome = Tool.Run("model", "list", "--catalogue", file);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(message, outcome.LastError, StringComparison.Ordinal);
        Assert.Contains(file, outcome.LastError, StringComparison.Ordinal);

        void Write() => File.WriteAllText(file, $$"""{ "version": 1, "models": [ { {{string.Join(", ", fields.Select(static f => $"\"{f.Key}\": {f.Value}"))}} } ] }""");
    }

    // The files that are here are those that the catalogue's addresses name: their hashes were found there (docs/models.md).
    [DataTheory]
    [InlineData("nanodet-m", "nanodet_m_416")]
    [InlineData("fastestdet", "fastestdet_352")]
    [InlineData("ultraface-rfb-320", "ultraface_rfb_320")]
    public void A_file_that_was_brought_is_taken_if_it_is_the_model(string name, string file)
    {
        using var tool = new Tool();
        CatalogueEntry model = Catalogue.Load(null).Find(name);
        ModelCache cache = ModelCache.At(tool.At("cache"));
        cache.Take(model, TestData.Model($"{file}.onnx"));
        cache.Place(model, tool.At("copy.onnx"));
        Assert.True(cache.Holds(model));
        Assert.Equal(model.Sha256, ModelCache.HashOf(tool.At("copy.onnx")));
        Assert.Equal(Preprocessing.Load(TestData.Model($"{file}.json")).ToJson(), Preprocessing.Load(tool.At("copy.json")).ToJson());
        Assert.Equal(0, Tool.Run("inspect", tool.At("copy.onnx")).ExitCode);
        Assert.Contains("is not", Assert.Throws<EdgeKit.Cli.CliException>(() => cache.Take(model, tool.At("copy.json"))).Message, StringComparison.Ordinal);
    }
}
