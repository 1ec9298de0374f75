using System.CommandLine;
using EdgeKit.Cli.Benchmarking;
using EdgeKit.Cli.Models;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.OnnxRuntime;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit bench</c>: latencies of models on backends.</summary>
internal static class BenchVerb
{
    public static Command Create(Terminal terminal)
    {
        var models = new Argument<string[]>("models") { Description = "Models, .onnx or .ekm.", Arity = ArgumentArity.OneOrMore };
        var backend = new Option<string>("--backend")
        {
            Description = $"What runs them: {string.Join(" or ", RunnableModel.Backends)}, or both with a comma.",
            HelpName = "NAMES",
            DefaultValueFactory = static _ => RunnableModel.EdgeKitBackend,
        };
        var threads = new ThreadOptions();
        var provider = new Option<string>("--ep") { Description = "ONNX Runtime's execution provider.", DefaultValueFactory = static _ => "cpu" };
        provider.AcceptOnlyFromAmong([.. OrtModel.Providers.Keys]);
        var runs = new Option<int?>("--runs") { Description = "Runs of each pair, instead of a time.", HelpName = "N" };
        var seconds = new Option<double>("--seconds") { Description = "Seconds of each pair.", HelpName = "S", DefaultValueFactory = static _ => 2 };
        var peer = new Option<string?>("--peer") { Description = "A float model, and the same quantized (else on noise), on EdgeKit and on ort: medians and their ratios.", HelpName = "ort" };
        peer.AcceptOnlyFromAmong("ort");
        var perLayer = new Option<bool>("--per-layer") { Description = "Also time every operator of EdgeKit's runtime." };
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<string?> ort = SharedOptions.Ort();
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("bench", "Measures latency and memory.",
            """
            Measures latency and memory. All pairs of model and backend are measured
            interleaved in one run, on inputs of noise. A pair that cannot run (an .ekm
            file on ONNX Runtime) is left out with a note.

            Examples: edgekit bench m.onnx m.ekm --backend edgekit,onnxruntime
                      edgekit bench m.onnx m.int8.onnx --peer ort
            """) { models, backend, provider, peer, runs, seconds, perLayer, config, shape, ort, json };
        threads.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(runs) is < 1 || !(parsed.GetValue(seconds) > 0)) throw CliException.Usage("--runs and --seconds must be positive");
            var request = new RunRequest
            {
                Config = parsed.GetValue(config),
                Shapes = parsed.Shapes(shape),
                OrtPath = parsed.GetValue(ort),
                Provider = parsed.GetRequiredValue(provider),
                Cores = threads.Cores(parsed),
            };
            var length = new BenchLength(parsed.GetValue(runs), parsed.GetValue(seconds), parsed.GetValue(perLayer));
            string[] paths = parsed.GetRequiredValue(models);
            if (parsed.GetValue(peer) is not null)
            {
                if (paths.Length > 2 || Array.Exists(paths, RunnableModel.IsCompiled)) throw CliException.Usage("--peer takes a float .onnx file, and after it the same model quantized");
                int count = threads.Single(parsed);
                RequireNumber(count, RunnableModel.OrtBackend);
                PeerReport compared = PeerBenchmark.Run(paths[0], paths.ElementAtOrDefault(1), request with { Threads = count }, length, terminal);
                terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(compared) : compared.ToText());
                return;
            }
            string[] backends = Backends(parsed.GetRequiredValue(backend));
            int[] threadCounts = threads.Threads(parsed);
            foreach (string name in backends)
                foreach (int count in threadCounts) RequireNumber(count, name);
            var loads = new List<Func<(RunnableModel, RunRequest)>>();
            foreach (string path in paths)
            {
                OnnxModel.RequireFile(path);
                foreach (string name in backends.Where(name => CanRun(path, name, parsed.GetValue(ort), terminal)))
                {
                    foreach (int count in threadCounts)
                    {
                        RunRequest own = request with { Threads = count };
                        loads.Add(() => (RunnableModel.Load(path, name, own), own));
                    }
                }
            }
            if (loads.Count == 0) throw CliException.Failure("nothing is left to measure");
            BenchReport report = Benchmark.Run(loads, length, terminal, request.Cores);
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
        });
        return command;
    }

    private static bool CanRun(string path, string backend, string? ortPath, Terminal terminal)
    {
        if (backend != RunnableModel.OrtBackend) return true;
        if (RunnableModel.IsCompiled(path))
        {
            terminal.Note($"left out: {path} on {backend}, which does not run .ekm files");
            return false;
        }
        try
        {
            OrtLibrary.Load(ortPath);
            return true;
        }
        catch (OnnxRuntimeException e) when (ortPath is null)
        {
            terminal.Note($"left out: {path} on {backend}: {e.Message}");
            return false;
        }
    }

    private static string[] Backends(string text)
    {
        string[] names = text.Split(',', StringSplitOptions.TrimEntries);
        return Array.Find(names, static n => !RunnableModel.Backends.Contains(n)) is { } unknown
            ? throw CliException.Usage($"--backend: there is no '{unknown}'; there are {string.Join(" and ", RunnableModel.Backends)}")
            : [.. names.Distinct()];
    }

    private static void RequireNumber(int threads, string backend)
    {
        if (threads == SessionOptions.AutoThreads && backend != RunnableModel.EdgeKitBackend)
            throw CliException.Usage($"--threads auto: only {RunnableModel.EdgeKitBackend} chooses; give numbers for {backend}");
    }
}
