using System.Text.Json;
using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Docs;
using EdgeKit.Tests.Architecture;
using Xunit;

namespace EdgeKit.Tests.Cli;

public class VerbTests
{
    [Fact]
    public void From_new_to_compare_by_files()
    {
        using var tool = new Tool();
        string net = tool.At("net.onnx"), pruned = tool.At("p.onnx"), quantized = tool.At("q.onnx"), compiled = tool.At("q.ekm"), pictures = tool.Pictures(8);
        Succeeds("new", "shufflenet-v2", "--width", "0.5", "--size", "32", "--classes", "10", "--out", net);
        Assert.Equal("shufflenet-v2", Succeeds("inspect", net, "--json").GetProperty("model").GetString());
        JsonElement pruning = Succeeds("prune", net, "--mac-budget", "0.8", "--out", pruned, "--json").GetProperty("pruning");
        Assert.InRange(pruning.GetProperty("macs").GetInt64(), 1, pruning.GetProperty("macs_original").GetInt64() * 8 / 10);
        string faster = tool.At("new/folder/p.onnx"), target = tool.At("host.json");
        JsonElement timed = Succeeds("prune", net, "--latency", "0.9", "--target", "host", "--save-target", target, "--out", faster, "--json");
        Assert.True(timed.GetProperty("latency").GetProperty("measured_ms").GetDouble() > 0);
        Assert.True(File.Exists(faster));
        JsonElement again = Succeeds("prune", net, "--latency", "0.9", "--target", target, "--out", faster, "--json");
        Assert.Equal(timed.GetProperty("pruning").GetProperty("layers").ToString(), again.GetProperty("pruning").GetProperty("layers").ToString());
        JsonElement core = Succeeds("prune", net, "--latency", "0.8", "--target", "cortex-a76", "--out", faster, "--json").GetProperty("pruning").GetProperty("budgets")[0];
        Assert.InRange(core.GetProperty("reached").GetDouble(), 0, 0.8 * core.GetProperty("original").GetDouble());
        Assert.Equal(8, Succeeds("quantize", pruned, "--calib", pictures, "--out", quantized, "--json").GetProperty("images").GetInt32());
        Assert.Equal("int8", Succeeds("compile", quantized, "--out", compiled, "--json").GetProperty("precision").GetString());

        JsonElement same = Succeeds("compare", compiled, "--reference", quantized, "--images", pictures, "--labels", "labels.csv", "--json");
        Assert.Equal(1, same.GetProperty("version").GetInt32());
        Assert.Equal(8, same.GetProperty("images").GetInt32());
        Assert.Equal(1.0, same.GetProperty("agreement").GetDouble());
        Assert.Equal(same.GetProperty("top1").GetDouble(), same.GetProperty("top1_reference").GetDouble());
        Assert.InRange(same.GetProperty("top1").GetDouble(), 0, 1);
        Assert.Equal(2, same.GetProperty("ci95").GetArrayLength());
        Assert.Equal(0, same.GetProperty("outputs")[0].GetProperty("mean_abs_difference").GetDouble());

        JsonElement limited = Succeeds("compare", compiled, "--reference", pruned, "--images", pictures, "--limit", "3", "--json");
        Assert.Equal(3, limited.GetProperty("images").GetInt32());
        Assert.Equal(JsonValueKind.Null, limited.GetProperty("top1").ValueKind);
        Assert.True(limited.GetProperty("outputs")[0].GetProperty("sqnr_db").GetDouble() > 5);

        JsonElement plan = Succeeds("inspect", compiled, "--json");
        Assert.True(plan.GetProperty("has_preprocessing").GetBoolean());
    }

    [Fact]
    public void New_takes_size_and_classes_of_the_networks_authors()
    {
        using var tool = new Tool();
        JsonElement written = Succeeds("new", "lenet-5", "--out", tool.At("digits.onnx"), "--json");
        Assert.Equal((61_706, 416_520), (written.GetProperty("parameters").GetInt64(), written.GetProperty("macs").GetInt64()));
        Outcome wrong = Tool.Run("new", "unet", "--size", "100", "--out", tool.At("u.onnx"));
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("must be a multiple of 16", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bench_reports_every_pair_and_leaves_out_what_cannot_run()
    {
        using var tool = new Tool();
        string net = tool.Net(), compiled = tool.At("net.ekm");
        Succeeds("compile", net, "--out", compiled);
        Outcome outcome = Tool.Run("bench", compiled, net, "--backend", "edgekit", "--threads", "1", "--runs", "3", "--per-layer", "--json");
        Assert.Equal(0, outcome.ExitCode);
        JsonElement results = outcome.Json.GetProperty("results");
        Assert.Equal(2, results.GetArrayLength());
        foreach (JsonElement r in results.EnumerateArray())
        {
            Assert.Equal("edgekit", r.GetProperty("backend").GetString());
            Assert.Equal("fp32", r.GetProperty("precision").GetString());
            Assert.Equal(1, r.GetProperty("threads").GetInt32());
            Assert.Equal(3, r.GetProperty("runs").GetInt32());
            double[] times = [.. new[] { "min_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "max_ms" }.Select(name => r.GetProperty(name).GetDouble())];
            Assert.Equal(times.Order(), times);
            Assert.True(r.GetProperty("memory_bytes").GetInt64() > 0);
            Assert.NotEmpty(r.GetProperty("per_layer").EnumerateArray());
        }
        Outcome none = Tool.Run("bench", compiled, "--backend", "onnxruntime");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("left out", none.Error, StringComparison.Ordinal);
        Outcome partly = Tool.Run("bench", compiled, "--backend", "edgekit,onnxruntime", "--runs", "1", "--json");
        Assert.Equal(0, partly.ExitCode);
        Assert.Contains("left out", partly.Error, StringComparison.Ordinal);
        Assert.Equal(1, partly.Json.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public void Compress_writes_its_files_and_says_when_calibration_was_noise()
    {
        using var tool = new Tool();
        string net = tool.Net("m.onnx"), results = tool.At("out");
        JsonElement report = Succeeds("compress", net, "--calib", "random", "--mac-budget", "0.9", "--out", results, "--json");
        Assert.Equal(["m.int8.ekm", "m.int8.onnx", "m.int8.scheme.json", "m.onnx", "report.html", "report.json", "report.txt"], Directory.GetFiles(results).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["original", "pruned", "int8"], report.GetProperty("stages").EnumerateArray().Select(static s => s.GetProperty("name").GetString()));
        Assert.Contains("meaningless", report.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
        Assert.True(report.GetProperty("size_ratio").GetDouble() > 2);
        Assert.Equal(1, JsonDocument.Parse(File.ReadAllText(Path.Combine(results, "report.json"))).RootElement.GetProperty("version").GetInt32());
    }

    [Fact]
    public void One_file_runs_at_several_sizes()
    {
        using var tool = new Tool();
        var graph = new EdgeKit.Onnx.Graph();
        EdgeKit.Onnx.Value x = graph.AddInput("x", EdgeKit.Onnx.ElementType.Float, [1, 3, -1, -1]);
        graph.AddOutput(graph.Append("Relu", [x]).Output);
        EdgeKit.Onnx.OnnxFile.Save(graph, tool.At("any.onnx"));
        Assert.Equal(4, Tool.Run("compile", tool.At("any.onnx"), "--out", tool.At("any.ekm")).ExitCode);
        Succeeds("compile", tool.At("any.onnx"), "--shape", "16x24", "--shape", "8x8", "--out", tool.At("any.ekm"));
        Assert.Equal(2, Succeeds("inspect", tool.At("any.ekm"), "--json").GetProperty("plans").GetArrayLength());
        JsonElement result = Succeeds("bench", tool.At("any.ekm"), "--shape", "8x8", "--runs", "1", "--json").GetProperty("results")[0];
        Assert.Equal([1, 3, 8, 8], result.GetProperty("input").EnumerateArray().Select(static d => d.GetInt32()));
        Assert.Equal(2, Tool.Run("bench", tool.At("any.ekm"), "--shape", "9x9").ExitCode);
    }

    [Fact]
    public void Kernels_and_setup_have_json()
    {
        Assert.NotEmpty(Succeeds("kernels", "--json").GetProperty("kernels").EnumerateArray());
        Assert.Equal(4, Succeeds("setup", "--json").GetProperty("parts").GetArrayLength());
    }

    [Fact]
    public void Readme_has_the_present_tables()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.Equal(SupportTable.Update(readme), readme);
    }

    [Fact]
    public void Wilson_interval_equals_published_values()
    {
        // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
        Assert.Equal([0.2553, 0.3662], Wilson.Interval(81, 263).Select(static v => Math.Round(v, 4)));
        Assert.Equal([0.0624, 0.1605], Wilson.Interval(15, 148).Select(static v => Math.Round(v, 4)));
        Assert.Equal([0, 0.1611], Wilson.Interval(0, 20).Select(static v => Math.Round(v, 4)));
    }

    private static JsonElement Succeeds(params string[] arguments)
    {
        Outcome outcome = Tool.Run(arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return arguments.Contains("--json") ? outcome.Json : default;
    }
}
