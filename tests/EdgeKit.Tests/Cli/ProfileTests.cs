using System.Text.Json;
using System.Xml.Linq;
using EdgeKit.Cli.Benchmarking;
using EdgeKit.Cli.Drawing;
using EdgeKit.Cli.Profiling;
using Xunit;

namespace EdgeKit.Tests.Cli;

public sealed class ProfileTests
{
    [Fact]
    public void Profile_adds_up_and_its_page_is_well_formed()
    {
        using var tool = new Tool();
        string net = tool.Net("a&b.onnx"), page = tool.At("profile.html");
        Outcome outcome = Tool.Run("profile", net, "--runs", "4", "--threads", "2", "--html", page, "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        JsonElement report = outcome.Json;
        Assert.Equal((2, 4), (report.GetProperty("threads").GetInt32(), report.GetProperty("runs").GetInt32()));
        JsonElement[] operators = [.. report.GetProperty("operators").EnumerateArray()], kinds = [.. report.GetProperty("kinds").EnumerateArray()];
        foreach (string field in (string[])["ms", "share", "macs", "bytes"])
            AssertSameSum(operators.Select(o => o.GetProperty(field).GetDouble()), kinds.Select(k => k.GetProperty(field).GetDouble()));
        Assert.Equal(operators.Length, kinds.Sum(static k => k.GetProperty("operators").GetInt32()));
        AssertSameSum([1], operators.Select(static o => o.GetProperty("share").GetDouble()));

        XDocument html = XDocument.Load(page);
        XElement[] pictures = [.. html.Descendants().Where(static e => e.Name.LocalName == "svg")];
        Assert.Equal(3, pictures.Length);
        Assert.DoesNotContain(html.Descendants(), static e => e.Name.LocalName is "script" or "link" or "img");
        Assert.Equal(operators.Length, pictures[0].Elements().Count(static e => e.Name.LocalName == "rect"));
        Assert.Equal(report.GetProperty("arena").GetArrayLength(), pictures[1].Elements().Count(static e => e.Name.LocalName == "rect"));
        Assert.Equal(operators.Length, pictures[2].Elements().Count(static e => e.Name.LocalName == "rect"));
    }

    [Fact]
    public void Kinds_add_up_to_their_operators()
    {
        // Means of two runs in nanoseconds end in half a nanosecond, where rounding to digits tells sums apart that are the same.
        var random = new Random(11);
        for (int round = 0; round < 1000; round++)
        {
            ProfiledOperator[] operators = [.. Enumerable.Range(0, 29).Select(i => Timed(i % 3 == 0 ? "Conv" : $"Kind{i % 3}", random.Next(300, 20_000) / 2e6))];
            IReadOnlyList<KindTotal> kinds = KindTotal.Of(operators);
            Assert.Equal(3, kinds.Count);
            AssertSameSum(operators.Select(static o => o.Ms), kinds.Select(static k => k.Ms));
        }
    }

    private static ProfiledOperator Timed(string kind, double ms) => new()
    {
        Name = kind,
        Kind = kind,
        Output = [1],
        Kernel = null,
        Ms = ms,
        Share = 0,
        MedianRunStartMs = 0,
        MedianRunMs = ms,
        Macs = 0,
        Bytes = 0,
        MacsPerCycle = 0,
        LeastMs = 0,
    };

    /// <summary>Equal but for the order in which they were added.</summary>
    private static void AssertSameSum(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        double sum = expected.Sum();
        Assert.Equal(sum, actual.Sum(), 1e-12 * sum);
    }

    [Theory]
    [InlineData("profile", "--runs", "2")]
    [InlineData("bench", "--runs", "2", "--threads", "1,2", "--per-layer")]
    public void Tables_fit_80_columns(string verb, params string[] options)
    {
        using var tool = new Tool();
        Outcome outcome = Tool.Run([verb, tool.Net("a_rather_long_name_of_a_model_as_people_give_them_1.0_224.onnx"), .. options]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        // The first two lines tell the machine as it is.
        Assert.All(outcome.Output.Split('\n').Skip(2), static line => Assert.True(line.Length <= 80, line));
    }

    [Theory]
    [InlineData("bench", "--threads", "0")]
    [InlineData("bench", "--backend", "onnxruntime", "--threads", "auto")]
    [InlineData("bench", "--peer", "ort", "--threads", "1,2")]
    [InlineData("bench", "--cores", "4-")]
    [InlineData("bench", "--cores", "1023")]
    [InlineData("profile", "--threads", "1,2")]
    [InlineData("profile", "--runs", "0")]
    public void Wrong_numbers_are_usage_errors(string verb, params string[] options)
    {
        using var tool = new Tool();
        Outcome outcome = Tool.Run([verb, tool.Net(), .. options]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(options[^2], outcome.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_with_a_peer_gives_ratios_of_medians()
    {
        var report = new PeerReport
        {
            Environment = new MachineInfo("cpu", 1, null, "os", "x64", "10", ["isa"], "1.30.0"),
            Results = [Result("edgekit", "fp32", 8), Result("edgekit", "int8", 3), Result("onnxruntime", "fp32", 6), Result("onnxruntime", "int8", 4)],
        };
        Assert.Equal((8 / 6.0, 0.5, 0.75, 3 / 8.0), (report.Fp32OverPeerFp32, report.Int8OverPeerFp32, report.Int8OverPeerInt8, report.Int8OverFp32));
        Assert.Contains("edgekit int8 / onnxruntime int8  0.75", report.ToText(), StringComparison.Ordinal);
    }

    private static BenchResult Result(string backend, string precision, double median) => new()
    {
        Model = "m.onnx",
        Backend = backend,
        Provider = null,
        Precision = precision,
        Threads = 1,
        Input = [1],
        Runs = 1,
        MinMs = 1,
        MeanMs = 1,
        P50Ms = median,
        P90Ms = 1,
        P95Ms = 1,
        P99Ms = 1,
        MaxMs = 1,
        MemoryBytes = 1,
        ArenaBytes = null,
        PackedBytes = null,
        FileBytes = 1,
    };

    [Theory]
    [InlineData(10, 5, new[] { 0.0, 2, 4, 6, 8, 10 })]
    [InlineData(0.35, 4, new[] { 0, 0.1, 0.2, 0.3 })]
    [InlineData(0, 4, new double[0])]
    public void Axes_have_round_numbers(double most, int count, double[] ticks) =>
        Assert.Equal(ticks, Svg.Ticks(most, count).Select(static t => Math.Round(t, 9)));
}
