using System.Diagnostics;
using System.Text.Json;
using EdgeKit.Cli.Searching;
using Xunit;

namespace EdgeKit.Tests.Cli;

public class SearchTests
{
    [Fact]
    public void A_search_keeps_its_trials_takes_the_best_and_resumes()
    {
        using var tool = new Tool();
        string[] command = Command(tool, "out");
        JsonElement first = Succeeds(command);
        JsonElement[] trials = [.. first.GetProperty("trials").EnumerateArray()];
        Assert.Equal([[], ["--mac-budget", "0.8"], ["--mac-budget", "0.6"]], trials.Select(static t => t.GetProperty("settings").EnumerateArray().Select(static s => s.GetString()!)));
        Assert.All(trials, static t => Assert.InRange(t.GetProperty("agreement").GetDouble(), 0, 1));
        Assert.True(trials[2].GetProperty("macs").GetInt64() < trials[1].GetProperty("macs").GetInt64());
        Assert.Contains(trials, static t => t.GetProperty("pareto").GetBoolean());
        JsonElement best = trials[first.GetProperty("best").GetInt32()];
        Assert.Equal(best.GetProperty("id").GetString(), first.GetProperty("best_id").GetString());
        Assert.Equal(best.GetProperty("bytes").GetInt64(), new FileInfo(tool.At("out/m.int8.ekm")).Length);
        Assert.Equal(tool.At("out"), JsonDocument.Parse(File.ReadAllText(tool.At("out/report.json"))).RootElement.GetProperty("out").GetString());
        Assert.All(File.ReadAllLines(tool.At("out/search.txt")).Skip(1), static line => Assert.InRange(line.Length, 0, 80));

        // One trial gone, as after an interrupt: it alone is done again, with the same bytes.
        string lost = tool.At($"out/trials/{trials[1].GetProperty("id").GetString()}");
        byte[] model = File.ReadAllBytes(Path.Combine(lost, "m.int8.ekm"));
        Directory.Delete(lost, recursive: true);
        Outcome again = Tool.Run(command);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("trial 2 of 3", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("trial 1 of 3", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("trial 3 of 3", again.Error, StringComparison.Ordinal);
        Assert.Equal(model, File.ReadAllBytes(Path.Combine(lost, "m.int8.ekm")));
        Assert.Equal(3, Directory.GetFileSystemEntries(tool.At("out/trials")).Length);
    }

    [Fact]
    public async Task Two_searches_that_share_a_folder_divide_the_work_and_end_with_one_table()
    {
        using var tool = new Tool();
        string[][] commands = [Command(tool, "a", "--trials", tool.At("trials")), Command(tool, "b", "--trials", tool.At("trials"))];
        Outcome[] outcomes = await Task.WhenAll(commands.Select(RunProcess));
        Assert.All(outcomes, static o => Assert.True(o.ExitCode == 0, o.Error));
        Assert.Equal(3, outcomes.Sum(static o => o.Error.Split("trial ").Length - 1));
        Assert.Equal(Table(outcomes[0]), Table(outcomes[1]));
        Assert.Equal(File.ReadAllBytes(tool.At("a/m.int8.ekm")), File.ReadAllBytes(tool.At("b/m.int8.ekm")));
        Assert.Equal(3, Directory.GetFileSystemEntries(tool.At("trials")).Length);

        // One alone finds the same, but for the time it takes.
        JsonElement alone = Succeeds(Command(tool, "c", "--trials", tool.At("others")));
        Assert.Equal(Figures(outcomes[0].Json), Figures(alone));

        static string[] Figures(JsonElement report) => [.. report.GetProperty("trials").EnumerateArray().Select(static t => string.Join(' ', t.EnumerateObject()
            .Where(static p => p.Name is not ("p50_ms" or "pareto")).Select(static p => p.Value.GetRawText())))];

        static string Table(Outcome outcome) => outcome.Json.GetProperty("trials").GetRawText();
    }

    [Fact]
    public void A_claim_holds_while_its_owner_lives_and_not_much_longer()
    {
        using var tool = new Tool();
        string claimed = tool.At("id.claim");
        using (TrialClaim? claim = TrialClaim.TryTake(tool.Folder, "id"))
        {
            Assert.NotNull(claim);
            Assert.True(Directory.Exists(claim.WorkFolder));
            Assert.Null(TrialClaim.TryTake(tool.Folder, "id"));
        }
        Assert.Empty(Directory.GetFileSystemEntries(tool.Folder));

        File.WriteAllText(claimed, "another machine");
        Directory.CreateDirectory(tool.At("id.work-1"));
        Assert.Null(TrialClaim.TryTake(tool.Folder, "id"));
        File.SetLastWriteTimeUtc(claimed, File.GetLastWriteTimeUtc(claimed).AddHours(-1));
        using TrialClaim? taken = TrialClaim.TryTake(tool.Folder, "id");
        Assert.NotNull(taken);
        Assert.Equal([claimed, taken.WorkFolder], Directory.GetFileSystemEntries(tool.Folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_of_every_option_can_vary()
    {
        using var tool = new Tool();
        JsonElement report = Succeeds(Command(tool, "out", "--mac-budget", "1", "--vary", "method=mse,minmax", "--vary", "activations=asymmetric"));
        Assert.Equal([["--method", "mse", "--activations", "asymmetric"], ["--method", "minmax", "--activations", "asymmetric"]],
            report.GetProperty("trials").EnumerateArray().Select(static t => t.GetProperty("settings").EnumerateArray().Select(static s => s.GetString()!)));
    }

    [Theory]
    [InlineData(2, "--vary", "width=1,2")]
    [InlineData(2, "--vary", "method")]
    [InlineData(2, "--vary", "method=best")]
    [InlineData(2, "--mac-budget", "0.9,2")]
    [InlineData(2, "--mac-budget", "0.9,much")]
    [InlineData(2, "--max-drop", "-1")]
    public void A_wrong_search_is_refused_before_any_trial(int exitCode, params string[] rest)
    {
        using var tool = new Tool();
        Outcome outcome = Tool.Run([.. Command(tool, "out"), .. rest]);
        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.StartsWith("edgekit: ", outcome.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("trial 1", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(tool.At("out")));
    }

    [Fact]
    public void Interrupted_between_trials_it_leaves_nothing()
    {
        using var tool = new Tool();
        string[] command = Command(tool, "out");
        using var interrupted = new CancellationTokenSource();
        interrupted.Cancel();
        Assert.Equal(130, Tool.Run(interrupted.Token, command).ExitCode);
        Assert.False(Directory.Exists(tool.At("out")));
    }

    private static async Task<Outcome> RunProcess(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "edgekit.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await error);
    }

    private static string[] Command(Tool tool, string folder, params string[] rest)
    {
        string pictures = Directory.Exists(tool.At("pictures")) ? tool.At("pictures") : tool.Pictures(8);
        string net = File.Exists(tool.At("m.onnx")) ? tool.At("m.onnx") : tool.Net("m.onnx");
        string[] budgets = rest.Contains("--mac-budget") ? [] : ["--mac-budget", "1,0.8,0.6"];
        return ["compress", net, "--calib", pictures, .. budgets, "--max-drop", "100", "--out", tool.At(folder), "--json", .. rest];
    }

    private static JsonElement Succeeds(string[] arguments)
    {
        Outcome outcome = Tool.Run(arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome.Json;
    }
}
