using EdgeKit.Cli.Benchmarking;
using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Training;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Quantization;
using EdgeKit.Runtime.OnnxRuntime;

namespace EdgeKit.Cli.Compressing;

/// <summary>The main job: prune, quantize, compile, then verify the files that were written.</summary>
internal sealed class Compression
{
    private static readonly BenchLength Length = new(Runs: null, Seconds: 0.5, PerLayer: false);

    // Top-1 points, as a fraction, and decibels, from which the report blames pruning.
    private const double NotableDrop = 0.02;
    private const double PoorSqnr = 10;

    private readonly CompressRequest _request;
    private readonly Terminal _terminal;
    private readonly string _ekmPath;
    private readonly string _qdqPath;
    private readonly string _prunedPath;
    private readonly string _schemePath;
    private bool _prunedTooFar;

    private Compression(CompressRequest request, Terminal terminal)
    {
        _request = request;
        _terminal = terminal;
        _prunedPath = Path.Combine(request.Out, request.Name + ".onnx");
        _qdqPath = Path.Combine(request.Out, request.Name + ".int8.onnx");
        _ekmPath = Path.Combine(request.Out, request.Name + ".int8.ekm");
        _schemePath = Path.Combine(request.Out, request.Name + ".int8.scheme.json");
    }

    /// <summary>Compresses, verifies, and writes the reports beside the results.</summary>
    public static CompressReport Run(CompressRequest request, Terminal terminal)
    {
        CompressReport report = RunTrial(request, terminal);
        ReportFiles.Save(report);
        ReportFiles.SavePage(report, request, terminal);
        return report;
    }

    /// <summary>Compresses and verifies; writes the models alone.</summary>
    public static CompressReport RunTrial(CompressRequest request, Terminal terminal) => new Compression(request, terminal).Run();

    private CompressReport Run()
    {
        OnnxModel original = _request.Model;
        if (original.IsQuantized) throw CliException.Usage($"{original.Path}: is quantized already; compress the float model it was made from");
        foreach (string target in new[] { _prunedPath, _qdqPath, _ekmPath }) OutputFile.RequireOther(target, original.Path);
        using OutputFolder folder = OutputFolder.Make(_request.Out);

        PruneResult? pruned = Prune();
        OnnxModel lean = original;
        using Finetuning? finetuning = _request.Finetune is { } how ? new Finetuning(original, original.Graph, _request.Calibration, how, _terminal) : null;
        if (pruned is not null)
        {
            finetuning?.Distil(pruned.Pruned);
            lean = original with { Path = _prunedPath, Graph = pruned.Pruned };
        }
        QuantizeOutcome outcome = QuantizeStep.Run(lean, _request.Calibration, _request.Quantization, _request.Scheme, Goal(pruned is null ? null : lean), _terminal);
        if (finetuning is not null && _request.Finetune!.Int8Steps > 0) outcome = finetuning.Distil(outcome);
        QuantizeResult quantized = outcome.Result;
        byte[] compiled = EkmModel.CompileBytes([OnnxModel.AsLoaded(_qdqPath, quantized.Qdq)]);
        _terminal.Cancel.ThrowIfCancellationRequested();
        // All at the end: what fails before leaves nothing.
        if (pruned is not null) OnnxFile.Save(pruned.Pruned, _prunedPath);
        OnnxFile.Save(quantized.Qdq, _qdqPath);
        OutputFile.Write(_ekmPath, compiled);
        OutputFile.Write(_schemePath, SchemeFile.Format(outcome.Scheme));

        BenchReport bench = Measure(pruned is not null);
        var stages = new List<Stage> { StageOf("original", original, original.Path, original.Path, bench) };
        if (pruned is not null) Verify(StageOf("pruned", lean, _prunedPath, _prunedPath, bench), stages);
        AccuracyDrop drop = Verify(StageOf("int8", lean, _ekmPath, _qdqPath, bench), stages);
        string? picture = null;
        if (_request.Show is { } show)
        {
            IReadOnlyList<double> scores = show.Measure([.. stages.Select(static s => s.File)], _terminal);
            for (int i = 0; i < stages.Count; i++) stages[i] = stages[i] with { F1 = scores[i] };
            picture = show.Draw(_ekmPath, _request.Out);
        }
        return new CompressReport
        {
            Picture = picture,
            Model = original.Path,
            Out = _request.Out,
            Notes = [.. _request.Notes, .. outcome.Notes, .. finetuning?.Notes ?? [], .. Notes(pruned?.Report, stages), .. _prunedTooFar ? ["pruning alone loses more than the goal allows, so no layer was taken back to float; ask for a larger budget"] : Array.Empty<string>()],
            Environment = bench.Environment,
            Stages = stages,
            Drop = drop,
            MaxDrop = _request.MaxDrop,
            Fallback = FallbackReport.Of(outcome.Fallback, () => EkmModel.Load(_ekmPath, Derived)),
            SizeRatio = (double)stages[0].FileBytes / stages[^1].FileBytes,
            CalibrationImages = quantized.Images,
            VerificationImages = _request.Verification.Length,
            JpegDecoder = ImageCodecs.JpegDecoderName,
            Pruning = pruned?.Report,
            QuantizedOperators = quantized.QuantizedOperators,
            FloatOperators = quantized.FloatOperators,
        };
    }

    private PruneResult? Prune()
    {
        if (_request.Pruning is not { } options) return null;
        PruneStep.RequireFloat(_request.Model);
        if (_request.Budget is { } budget) options = budget.AddTo(options, _request.Model, _terminal);
        PruneResult result = PruneStep.Run(_request.Model, options, _request.Calibration, _terminal);
        return result.Report.Shortfall is { } shortfall ? throw CliException.Usage($"{_request.Model.Path}: {shortfall}") : result;
    }

    /// <summary>The goal of quantization; null where there is none, or where float layers cannot help because pruning has lost too much.</summary>
    private DropGoal? Goal(OnnxModel? pruned)
    {
        if (_request.MaxDrop is not { } points) return null;
        if (pruned is not null && points < 100)
        {
            using EkmModel model = EkmModel.Compile(OnnxModel.AsLoaded(pruned.Path, pruned.Graph), fileBytes: 0);
            using RunnableModel original = Original();
            _prunedTooFar = AccuracyDrop.Of(Comparison.Run(model, original, _request.Verification, _terminal)).Points > points;
        }
        return _prunedTooFar ? null : new DropGoal(points, Original, _request.Verification);
    }

    private RunnableModel Original() => RunnableModel.Load(_request.Model.Path, RunnableModel.EdgeKitBackend, _request.Run);

    private IEnumerable<string> Notes(PruneReport? pruning, List<Stage> stages)
    {
        if (pruning is null) yield break;
        Stage pruned = stages[1];
        bool lost = stages[0].Top1 - pruned.Top1 > NotableDrop || (pruned.Top1 is null && pruned.SqnrDb < PoorSqnr);
        if (!lost) yield break;
        yield return _request.Finetune is null
            ? "the loss is pruning's: without training afterwards channels cannot be removed from this model for nothing; try --finetune, a larger --mac-budget, or none"
            : "the loss is pruning's, also after training; try a larger --mac-budget, or more pictures";
    }

    private BenchReport Measure(bool pruned)
    {
        (string Path, RunRequest Request)[] onnx =
        [
            (_request.Model.Path, _request.Run),
            .. pruned ? new[] { (_prunedPath, Derived) } : [],
        ];
        var loads = new List<Func<(RunnableModel, RunRequest)>>();
        foreach ((string path, RunRequest request) in onnx) Add(path, RunnableModel.EdgeKitBackend, request);
        Add(_ekmPath, RunnableModel.EdgeKitBackend, Derived);
        if (HasOnnxRuntime())
        {
            foreach ((string path, RunRequest request) in onnx) Add(path, RunnableModel.OrtBackend, request);
            Add(_qdqPath, RunnableModel.OrtBackend, Derived);
        }
        return Benchmark.Run(loads, Length, _terminal);

        void Add(string path, string backend, RunRequest request) => loads.Add(() => (RunnableModel.Load(path, backend, request), request));
    }

    /// <summary>How the files made here are run: they have fixed shapes and carry their preprocessing.</summary>
    private RunRequest Derived => new() { OrtPath = _request.Run.OrtPath };

    private bool HasOnnxRuntime()
    {
        try
        {
            OrtLibrary.Load(_request.Run.OrtPath);
            return true;
        }
        catch (OnnxRuntimeException) when (_request.Run.OrtPath is null)
        {
            return false;
        }
    }

    private static Stage StageOf(string name, OnnxModel model, string edgeKitPath, string ortPath, BenchReport bench)
    {
        ModelSummary summary = ModelSummary.Of(model.Graph);
        BenchResult edgeKit = bench.Results.First(r => r.Model == edgeKitPath && r.Backend == RunnableModel.EdgeKitBackend);
        return new Stage
        {
            Name = name,
            File = edgeKitPath,
            FileBytes = new FileInfo(edgeKitPath).Length,
            Parameters = summary.Parameters,
            Macs = summary.Macs,
            EdgekitMs = edgeKit.P50Ms,
            OnnxruntimeMs = bench.Results.FirstOrDefault(r => r.Model == ortPath && r.Backend == RunnableModel.OrtBackend)?.P50Ms,
            MemoryBytes = edgeKit.MemoryBytes,
        };
    }

    /// <summary>Adds the stage with its accuracy; fills in the original's too.</summary>
    private AccuracyDrop Verify(Stage stage, List<Stage> stages)
    {
        using RunnableModel model = RunnableModel.Load(stage.File, RunnableModel.EdgeKitBackend, Derived);
        using RunnableModel original = Original();
        ComparisonReport c = Comparison.Run(model, original, _request.Verification, _terminal);
        stages[0] = stages[0] with { Top1 = c.Top1Reference, Ci95 = c.Ci95Reference };
        stages.Add(stage with
        {
            Top1 = c.Top1,
            Ci95 = c.Ci95,
            Agreement = c.Agreement,
            SqnrDb = c.Outputs.Min(static o => o.SqnrDb),
            Cosine = c.Outputs.Min(static o => o.Cosine),
            Paired = c.Paired,
            Outputs = c.Outputs,
        });
        return AccuracyDrop.Of(c);
    }
}
