using EdgeKit.Cli.Benchmarking;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Profiling;
using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Reporting;

/// <summary>Measures what the page about a compressed model shows.</summary>
internal sealed class FactsCollector(CompressionPageRequest request, Terminal terminal)
{
    /// <summary>Outputs of the .ekm file and of the QDQ file that are further apart come from different models; their float parts may differ in the order of sums.</summary>
    private const double SameModelDb = 60;

    private readonly List<string> _notes = [.. request.Notes];

    /// <summary>Measures.</summary>
    /// <exception cref="CliException">The models do not belong together, or there are no pictures.</exception>
    public CompressionFacts Collect()
    {
        if (request.Pictures.Length == 0) throw CliException.Failure("there are no pictures to measure on; give some by --images");
        OnnxModel lean = request.Pruned ?? request.Original;
        if (lean.IsQuantized || request.Original.IsQuantized) throw CliException.Usage($"{(lean.IsQuantized ? lean.Path : request.Original.Path)}: is quantized; the reference is the float model that it was made from");
        using EkmModel int8 = EkmModel.Load(request.Int8Path, new RunRequest { Config = request.Run.Config });
        if (!int8.IsInt8) throw CliException.Usage($"{request.Int8Path}: no layer computes in INT8; the report is about a quantized model");

        // First, because files that do not belong together show here.
        ImageItem[] some = Spread(request.Pictures, request.LayerPictures);
        (string layerModel, Session layers, IReadOnlyDictionary<string, float[]> scales) = LayerSession(int8, some[0]);
        (TensorFacts[] tensors, int leftOut) = LayerStudy.Run(lean, layers, scales, some, request.Calibration, terminal);
        IReadOnlyList<Stage> stages = request.Stages ?? StageMeasurement.Run(request, terminal);
        ProfileReport profile = Profiler.Run(int8, Runs(stages[^1]), cores: null, terminal), before;
        using (EkmModel original = EkmModel.Load(request.Original.Path, request.Run)) before = Profiler.Run(original, Runs(stages[0]), cores: null, terminal);
        OperatorFacts[] operators = Operators(int8, profile, before);
        return new CompressionFacts
        {
            Verdict = Verdict.Of(stages, request.Pictures.Length),
            Original = request.Original.Path,
            Model = request.Int8Path,
            Stages = stages,
            Images = request.Pictures.Length,
            JpegDecoder = ImageCodecs.JpegDecoderName,
            LayerImages = some.Length,
            DistributionImages = request.Calibration?.Count,
            LayerReference = lean.Path,
            LayerModel = layerModel,
            Tensors = tensors,
            TensorsLeftOut = leftOut,
            Widths = request.Pruned is null ? [] : Widths(request.Original.Graph, request.Pruned.Graph),
            Operators = operators,
            Kinds = profile.Kinds,
            FloatOperators = request.FloatOperators ?? [.. operators.Where(static o => !o.Int8).Select(o => FloatOperatorOf(o, lean.Graph))],
            Kept = request.Kept,
            Notes = _notes,
            Environment = MachineInfo.Collect(),
            Commands = request.Commands,
        };
    }

    /// <summary>About as many runs as fit in a second.</summary>
    private static int Runs(Stage stage) => (int)Math.Clamp(1000 / Math.Max(stage.EdgekitMs ?? 0, 0.01), 10, 1000);

    /// <summary>A plan of the INT8 model whose tensors lie as the model has them, and by how much their channels are scaled where that is known.</summary>
    private (string Path, Session Session, IReadOnlyDictionary<string, float[]> Scales) LayerSession(EkmModel int8, ImageItem picture)
    {
        string? path = RunnableModel.IsCompiled(request.Int8Path) ? request.QdqPath : request.Int8Path;
        OnnxModel lean = request.Pruned ?? request.Original;
        if (path is not null)
        {
            OnnxModel qdq = OnnxModel.Load(path, request.Run.Config, shapes: null);
            Session plain = Session.Load(PlanFile.Parse(EkmModel.CompileBytes([qdq], Optimizations.All), path));
            if (Agree(plain, int8, PictureReader.Read(picture, lean.RequirePreprocessing()))) return (path, plain, EqualizedScales.Of(qdq.Graph));
            plain.Dispose();
            _notes.Add($"{path} is not the model that {request.Int8Path} was compiled from: layers are those of the latter");
        }
        if (lean.Graph.Nodes.Any(static n => n.Is("ChannelShuffle")))
            throw CliException.Usage($"{request.Int8Path}: the model shuffles channels, which an .ekm file keeps in another order; report on the .onnx file that it was compiled from");
        return (request.Int8Path, int8.OpenSession(), new Dictionary<string, float[]>());
    }

    private static bool Agree(Session plain, EkmModel int8, float[] input)
    {
        using Session session = int8.OpenSession();
        if (!plain.Outputs.Select(t => plain.Tensors[t].ElementCount).SequenceEqual(session.Outputs.Select(t => session.Tensors[t].ElementCount))) return false;
        foreach (Session s in (Session[])[plain, session])
        {
            s.SetInput(0, input);
            s.Run();
        }
        for (int i = 0; i < plain.Outputs.Count; i++)
        {
            Comparing.DifferenceSums sums = default;
            sums.Add(plain.GetOutput(i), session.GetOutput(i));
            if (sums.Describe("", []).SqnrDb < SameModelDb) return false;
        }
        return true;
    }

    private static OperatorFacts[] Operators(EkmModel int8, ProfileReport profile, ProfileReport before)
    {
        using Session session = int8.OpenSession();
        var original = before.Operators.GroupBy(static o => o.Name).ToDictionary(static g => g.Key, static g => (Ms: g.Sum(static o => o.Ms), Macs: g.Sum(static o => o.Macs)), StringComparer.Ordinal);
        return
        [
            .. profile.Operators.Select((o, i) =>
            {
                bool known = original.TryGetValue(o.Name, out (double Ms, long Macs) b);
                return new OperatorFacts(o.Name, o.Kind, IsInt8(session, session.Operator(i)), o.Macs, o.Ms, o.Share, known ? b.Ms : null, known ? b.Macs : null);
            }),
        ];
    }

    // Conversions are neither: they belong to what is around them.
    private static bool IsInt8(Session session, OperatorInfo op) =>
        op.Kind is OperatorKind.Quantize or OperatorKind.Dequantize || op.Inputs.Count == 0 || session.Tensors[op.Inputs[0]].Type != PlanType.Float;

    private static FloatOperator FloatOperatorOf(OperatorFacts op, Graph graph)
    {
        Node? node = graph.Nodes.FirstOrDefault(n => n.Name == op.Name);
        string reason = node is not null && PlanCompiler.Support(node) != "int8" ? "the runtime has no INT8 form of it" : "not quantized in the model file";
        return new FloatOperator(op.Name, node?.OpType ?? op.Kind, reason);
    }

    private static LayerWidthFacts[] Widths(Graph original, Graph pruned)
    {
        var after = ModelSummary.Of(pruned).Layers.ToDictionary(static l => l.Name, StringComparer.Ordinal);
        return
        [
            .. ModelSummary.Of(original).Layers.Where(static l => l.Macs > 0 && l.OutputShape.Count >= 2 && !IsDepthwise(l.Node)).Select(l =>
                after.TryGetValue(l.Name, out LayerSummary? a)
                    ? new LayerWidthFacts(l.Name, l.OutputShape[1], a.OutputShape[1], l.Macs, a.Macs)
                    : new LayerWidthFacts(l.Name, l.OutputShape[1], 0, l.Macs, 0)),
        ];
    }

    private static bool IsDepthwise(Node node) => node.Is("Conv") && node.Attributes.Int("group", 1) is > 1 and var groups && node.Input(0).Dims[1] == groups;

    /// <summary>At most so many pictures, evenly spread: folders are often sorted by class.</summary>
    private static ImageItem[] Spread(ImageItem[] pictures, int most) =>
        pictures.Length <= most ? pictures : [.. Enumerable.Range(0, most).Select(i => pictures[(int)((long)i * pictures.Length / most)])];
}
