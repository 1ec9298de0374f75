using System.Collections.Concurrent;
using EdgeKit.Onnx;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.Systems;

/// <summary>Every system of the table: counted at full size; small, compared with ONNX Runtime in float and INT8, and pruned. docs/systems.md is written from the same.</summary>
public class SystemTests
{
    private static readonly ConcurrentDictionary<string, Lazy<SystemResult>> Results = new(StringComparer.Ordinal);

    public static TheoryData<string> Networks => [.. SystemTable.Built.Select(static r => r.Network)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Parameters_and_multiply_accumulates_are_the_published_ones(string network)
    {
        SystemRow row = Row(network);
        ModelSummary summary = ModelSummary.Of(Zoo.Outline(network));
        Assert.Equal((row.Parameters, row.Macs), (summary.Parameters, summary.Macs));
        Published published = row.Published;
        if (published.Parameters is { } parameters) Assert.InRange((row.Parameters - published.OtherParameters) / parameters, 1 - published.Tolerance, 1 + published.Tolerance);
        if (published.Macs is not { } macs) return;
        long counted = published.MacsSize is { } size ? ModelSummary.Of(Zoo.Outline(network, Zoo.Defaults(network) with { Size = size })).Macs : row.Macs;
        Assert.InRange((counted - published.OtherMacs) / macs, 1 - published.Tolerance, 1 + published.Tolerance);
    }

    [OrtTheory]
    [MemberData(nameof(Networks))]
    public void Float_int8_and_pruned_plans_are_right(string network)
    {
        SystemRow row = Row(network);
        SystemResult result = Result(row);
        Assert.InRange(result.FloatError, 0, 1e-3);
        Assert.InRange(result.Int8Error, 0, row.Int8Tolerance);
        Assert.InRange(result.Cosine, row.Cosine, 1);
        // The master test of pruning has run; either something could go, or there is a reason for each channel.
        if (result.Removed == 0) Assert.All(result.Groups, static g => Assert.NotEmpty(g.FrozenReasons));
    }

    [OrtFact]
    public void The_page_says_what_the_tests_see()
    {
        string path = Path.Combine(Root, "docs", "systems.md");
        string page = SystemPage.Of(SystemTable.Built.Select(static row => (row, Result(row))), SystemTable.Missing);
        if (Environment.GetEnvironmentVariable("EDGEKIT_WRITE_API") == "1") File.WriteAllText(path, page);
        Assert.True(File.Exists(path) && File.ReadAllText(path) == page, "docs/systems.md is not what the tests see; if that is meant: EDGEKIT_WRITE_API=1 dotnet test tests/EdgeKit.Conformance --filter SystemTests");
    }

    [Fact]
    public void Every_network_of_the_zoo_has_a_row() =>
        Assert.Equal(Zoo.Names.Concat(Zoo.FurtherNames).Where(static n => n != "resnet-8").Order(StringComparer.Ordinal), SystemTable.Built.Select(static r => r.Network).Order(StringComparer.Ordinal));

    private static SystemRow Row(string network) => SystemTable.Built.Single(r => r.Network == network);

    private static SystemResult Result(SystemRow row) => Results.GetOrAdd(row.Network, _ => new Lazy<SystemResult>(() => SystemCheck.Of(row))).Value;

    private static string Root
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeKit.sln"))) folder = folder.Parent;
            return folder?.FullName ?? throw new DirectoryNotFoundException("no EdgeKit.sln above the tests");
        }
    }
}
