using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace EdgeKit.Tests.Cli.Reporting;

/// <summary><c>edgekit report</c>.</summary>
public sealed class ReportTests
{
    private const int Pictures = 10;

    [Fact]
    public void A_page_has_every_section_and_refers_to_nothing_outside()
    {
        using var tool = new Tool();
        (string net, string pruned, string int8) = Compressed(tool);
        string pictures = tool.Pictures(Pictures), page = tool.At("report.html");
        Outcome outcome = Tool.Run("report", int8, "--reference", net, "--pruned", pruned, "--images", pictures, "--labels", "labels.csv", "--calib", "random", "--layer-images", "4", "--out", page, "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Error);

        XDocument html = XDocument.Load(page);
        Assert.DoesNotContain(html.Descendants(), static e => e.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.DoesNotContain(html.Descendants().Attributes(), static a => a.Name.LocalName is "href" or "src" || (!a.IsNamespaceDeclaration && a.Value.Contains("http", StringComparison.Ordinal)));
        Assert.DoesNotContain("url(", File.ReadAllText(page), StringComparison.Ordinal);
        string[] headings = [.. html.Descendants("h2").Select(static h => h.Value)];
        Assert.Equal(["Before and after", "Accuracy", "Error of the layers", "The ten worst INT8 tensors", "Widths", "Time and multiply-accumulates", "What stays in float", "Measured on", "To make it again"], headings);
        Assert.Contains("McNemar", html.Root!.Value, StringComparison.Ordinal);
        Match speed = Regex.Match(html.Root.Value, @"(\d+\.\d) ×\s*(faster|slower)");
        Assert.True(speed.Success && double.Parse(speed.Groups[1].Value, CultureInfo.InvariantCulture) >= 1, speed.Value);
        Assert.Contains("edgekit report ", html.Descendants("pre").Single().Value, StringComparison.Ordinal);

        JsonElement json = outcome.Json;
        JsonElement[] tensors = [.. json.GetProperty("tensors").EnumerateArray()], widths = [.. json.GetProperty("widths").EnumerateArray()];
        Assert.Equal((Pictures, 4, 16), (json.GetProperty("images").GetInt32(), json.GetProperty("layer_images").GetInt32(), json.GetProperty("distribution_images").GetInt32()));
        Assert.Equal(3, json.GetProperty("stages").GetArrayLength());
        Assert.True(tensors.Length > 20, $"{tensors.Length} tensors");
        Assert.All(tensors.Skip(1).SkipLast(1), static t => Assert.True(t.GetProperty("own_sqnr_db").GetDouble() > 10));
        Assert.Contains(widths, static w => w.GetProperty("channels").GetInt32() < w.GetProperty("channels_original").GetInt32());
        Assert.Equal(1, json.GetProperty("operators").EnumerateArray().Sum(static o => o.GetProperty("share").GetDouble()), 6);
        JsonElement paired = json.GetProperty("stages")[2].GetProperty("paired");
        Assert.Equal(Pictures, paired.GetProperty("both_right").GetInt32() + paired.GetProperty("only_model").GetInt32() + paired.GetProperty("only_reference").GetInt32() + paired.GetProperty("both_wrong").GetInt32());
    }

    [Fact]
    public void What_cannot_be_reported_on_is_said_and_leaves_no_page()
    {
        using var tool = new Tool();
        (string net, string pruned, string int8) = Compressed(tool);
        string pictures = tool.Pictures(4), page = tool.At("report.html");
        File.WriteAllText(Path.Combine(pictures, "short.csv"), "0.png,0\n");
        string other = Path.Combine(Directory.CreateDirectory(tool.At("other")).FullName, "wider.onnx");
        Assert.Equal(0, Tool.Run("new", "squeezenet-1.1", "--size", "32", "--classes", "10", "--out", other).ExitCode);

        Fails(1, "--pruned", int8, "--reference", other, "--images", pictures);
        Fails(1, "--pruned", int8, "--reference", net, "--images", pictures);
        Fails(1, "1.png", int8, "--reference", pruned, "--images", pictures, "--labels", "short.csv");
        Fails(1, "absent.csv", int8, "--reference", pruned, "--images", pictures, "--labels", "absent.csv");
        Fails(1, "nowhere", int8, "--reference", pruned, "--images", tool.At("nowhere"));
        Fails(1, "missing.ekm", tool.At("missing.ekm"), "--reference", net, "--images", pictures);
        Fails(2, "quantized", net, "--reference", net, "--images", pictures);
        Fails(2, ".onnx", int8, "--reference", int8, "--images", pictures);
        Fails(2, "--limit", int8, "--reference", pruned, "--images", pictures, "--limit", "0");

        void Fails(int exitCode, string named, params string[] rest)
        {
            Outcome outcome = Tool.Run(["report", .. rest, "--out", page]);
            Assert.Equal(exitCode, outcome.ExitCode);
            Assert.Contains(named, outcome.LastError, StringComparison.Ordinal);
            Assert.Empty(outcome.Output);
            Assert.False(File.Exists(page));
        }
    }

    private static (string Net, string Pruned, string Int8) Compressed(Tool tool)
    {
        string net = tool.Net(), pruned = tool.At("p.onnx"), qdq = tool.At("p.int8.onnx"), int8 = tool.At("p.int8.ekm");
        foreach (string[] command in (string[][])
        [
            ["prune", net, "--mac-budget", "0.7", "--out", pruned],
            ["quantize", pruned, "--calib", "random", "--out", qdq],
            ["compile", qdq, "--out", int8],
        ])
        {
            Outcome outcome = Tool.Run(command);
            Assert.True(outcome.ExitCode == 0, outcome.Error);
        }
        return (net, pruned, int8);
    }
}
