using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Training;

namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>A picture with the planes that were made of it.</summary>
/// <param name="Facts">The numbers.</param>
/// <param name="Input">The picture as the model sees it.</param>
/// <param name="Gradient">Grad-CAM; null where the model is no classifier.</param>
/// <param name="Ablation">Ablation-CAM; null where there is none.</param>
/// <param name="Layers">For each layer that is shown, its channels that vary most.</param>
internal sealed record PictureMaps(PictureFacts Facts, Frame Input, Plane? Gradient, Plane? Ablation, IReadOnlyList<IReadOnlyList<Plane>> Layers);

/// <summary>Looks into a float model on a few pictures.</summary>
internal sealed class MapStudy
{
    /// <summary>The share of a gradient by which the size of an effective field is told.</summary>
    public const double FieldShare = 0.95;

    /// <summary>Inputs that a receptive field is measured on, at least; noise makes up for pictures.</summary>
    public const int FieldInputs = 8;

    private const int ShownChannels = 16;
    private const int TopClasses = 3;

    private readonly MapRequest _request;
    private readonly Preprocessing _preprocessing;
    private readonly Graph _graph;
    private readonly ClassifierHead? _head;
    private readonly IReadOnlyList<Value> _layers;

    private MapStudy(MapRequest request)
    {
        _request = request;
        _graph = request.Model.Graph;
        _preprocessing = request.Model.RequirePreprocessing();
        _head = ClassifierHead.Find(_graph);
        _layers = MapLayers.Choose(_graph, request.Layers);
    }

    /// <summary>The numbers.</summary>
    public MapFacts Facts { get; private set; } = null!;

    /// <summary>The pictures with their planes.</summary>
    public IReadOnlyList<PictureMaps> Pictures { get; private set; } = [];

    /// <summary>The effective field of each layer.</summary>
    public IReadOnlyList<Plane> Fields { get; private set; } = [];

    /// <summary>Where in the input the middle of each layer's field is, and its theoretical size.</summary>
    public IReadOnlyList<ReceptiveField> Theory { get; private set; } = [];

    /// <summary>The first layer's kernels; null where the first layer does not read the input's colours.</summary>
    public Tensor? Kernels { get; private set; }

    /// <summary>Whether the kernels' first colour is blue.</summary>
    public bool IsBgr => _preprocessing.Color == ColorOrder.Bgr;

    /// <summary>Looks at everything.</summary>
    /// <exception cref="CliException">The request does not fit the model.</exception>
    /// <exception cref="ModelException">An operator cannot be differentiated; the message names the node.</exception>
    public static MapStudy Run(MapRequest request, Terminal terminal)
    {
        var study = new MapStudy(request);
        study.Collect(terminal);
        return study;
    }

    /// <summary>Row and column of the input that the element in the middle of a layer is about.</summary>
    public (double Y, double X) Middle(int layer)
    {
        ReceptiveField field = Theory[layer];
        int[] shape = Facts.Layers[layer].Shape;
        return (field.CentreY + shape[2] / 2 * field.StrideY, field.CentreX + shape[3] / 2 * field.StrideX);
    }

    private void Collect(Terminal terminal)
    {
        if (_request.Class is not null && _head is null) throw CliException.Usage($"--class: {_request.Model.Path} is no classifier");
        var notes = new List<string>();
        if (_head is null) notes.Add("The model's first output is not a score for each class, so that there are no class activation maps and no channels of a classifier.");
        string[] observed = [.. _layers.Select(static v => v.Name), .. _head is null ? [] : new[] { _head.Map, _head.Features, _head.Logits }];
        var network = new TrainingNetwork(_graph, new NetworkOptions { Frozen = static _ => true, Observed = [.. observed.Distinct()] });
        ChannelAblation? map = _head is null ? null : ChannelAblation.Create(_graph, _head.Map, _head.Logits);
        ChannelAblation? features = _head is null ? null : ChannelAblation.Create(_graph, _head.Features, _head.Logits);
        if (_head is not null && map is null) notes.Add($"The scores do not depend on '{_head.Map}' alone, so that there is no Ablation-CAM.");

        var pictures = new List<PictureMaps>();
        var inputs = new List<Tensor>();
        using (var progress = new Progress(terminal, "looking at pictures", _request.Pictures.Count))
        {
            foreach (ImageItem item in _request.Pictures)
            {
                terminal.Cancel.ThrowIfCancellationRequested();
                Frame frame = item.Load();
                inputs.Add(PictureReader.ToTensor(frame, _preprocessing));
                network.Forward(inputs[^1], NetworkMode.Frozen);
                pictures.Add(Look(item.Name, frame, network, map, features));
                progress.Report(pictures.Count);
            }
        }
        Pictures = pictures;
        int noise = Math.Max(FieldInputs - inputs.Count, 0);
        inputs.AddRange(Noise(noise));
        MeasureFields(inputs, terminal);
        Kernels = _graph.Nodes.FirstOrDefault(n => n.OpType == "Conv" && ReferenceEquals(n.Optional(0), _graph.Inputs[0]) && n.Optional(1)?.Dims is [_, PictureInput.Channels, _, _])?.ConstantInput(1);
        if (Kernels is null) notes.Add("No convolution reads the picture's colours as they are, so that there are no kernels to show.");
        Facts = Facts with { Notes = notes, NoiseInputs = noise };
    }

    private PictureMaps Look(string name, Frame frame, TrainingNetwork network, ChannelAblation? map, ChannelAblation? features)
    {
        IReadOnlyList<Plane>[] layers = [.. _layers.Select(v => MostVaried(network.Read(v.Name)))];
        Frame input = Fitting.Apply(frame, _preprocessing, out _);
        if (_head is null) return new PictureMaps(new PictureFacts(name, [], null, [], 0), input, null, null, layers);

        float[] scores = network.Read(_head.Logits).ToFloats();
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i])];
        int target = _request.Class is { } wanted ? wanted + _preprocessing.LabelOffset : order[0];
        if (target < 0 || target >= scores.Length) throw CliException.Usage($"--class {_request.Class}: the model knows {scores.Length} classes");
        double sum = scores.Sum(s => Math.Exp(s - scores[order[0]]));

        Tensor activations = network.Read(_head.Map), read = network.Read(_head.Features);
        float[] seed = new float[scores.Length];
        seed[target] = 1;
        network.Backward(new Dictionary<string, Tensor> { [_head.Logits] = Tensor.Of(seed, _graph.Find(_head.Logits)!.Dims) });
        Plane gradient = ActivationMap.FromGradient(activations, network.ReadGradient(_head.Map));
        Plane? ablation = map is null ? null : ActivationMap.FromAblation(activations, map.Drops(activations, target));
        float[] drops = features?.Drops(read, target) ?? [];
        int[] channels = [.. Enumerable.Range(0, drops.Length).OrderByDescending(i => drops[i])];
        return new PictureMaps(
            new PictureFacts(name, [.. order.Take(TopClasses).Select(Class)], Class(target), [.. channels.Select(c => new ChannelFacts(c, drops[c]))], Half([.. channels.Select(c => (double)drops[c])])),
            input, gradient, ablation, layers);

        ClassFacts Class(int index) => new(index - _preprocessing.LabelOffset, _preprocessing.Labels is { } l && index < l.Count ? l[index] : null, scores[index], Math.Exp(scores[index] - scores[order[0]]) / sum);
    }

    private void MeasureFields(IReadOnlyList<Tensor> inputs, Terminal terminal)
    {
        var theory = ModelSummary.Of(_graph).Layers.ToDictionary(static l => l.Name, static l => l.ReceptiveField);
        Theory = [.. _layers.Select(v => theory.GetValueOrDefault(v.Producer!.Name) ?? new ReceptiveField(_preprocessing.Height, _preprocessing.Width, true, 0, 0, (_preprocessing.Height - 1) / 2.0, (_preprocessing.Width - 1) / 2.0))];
        Facts = new MapFacts
        {
            Model = _request.Model.Path,
            Input = [_preprocessing.Width, _preprocessing.Height],
            Classifier = _head?.Layer,
            ClassMap = _head?.Map,
            Pictures = [.. Pictures.Select(static p => p.Facts)],
            Layers = [.. _layers.Select((v, i) => new FieldFacts(v.Name, v.Dims, Theory[i].Height, Theory[i].Width, Theory[i].WholeInput, 0))],
            NoiseInputs = 0,
            Notes = [],
            Command = _request.Command,
        };
        var fields = new List<Plane>();
        using (var progress = new Progress(terminal, "measuring receptive fields", _layers.Count))
        {
            foreach (Value layer in _layers)
            {
                fields.Add(EffectiveField.Measure(_graph, layer.Name, inputs, terminal.Cancel));
                progress.Report(fields.Count);
            }
        }
        Fields = fields;
        Facts = Facts with { Layers = [.. Facts.Layers.Select((l, i) => l with { MeasuredSide = Math.Min(EffectiveField.Side(fields[i], Middle(i).Y, Middle(i).X, FieldShare), Math.Max(fields[i].Height, fields[i].Width)) })] };
    }

    private Tensor[] Noise(int count)
    {
        var random = new Random(1);
        int size = PictureInput.Channels * _preprocessing.Height * _preprocessing.Width;
        return [.. Enumerable.Range(0, count).Select(_ => Tensor.Of(Enumerable.Range(0, size).Select(_ => Normal()).ToArray(), 1, PictureInput.Channels, _preprocessing.Height, _preprocessing.Width))];

        // Box and Muller.
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    private static IReadOnlyList<Plane> MostVaried(Tensor map) =>
        [.. Enumerable.Range(0, map.Shape[1]).Select(c => Plane.Of(map, c)).Select(static (plane, c) => (plane, c, spread: Spread(plane.Values))).OrderByDescending(static p => p.spread).Take(ShownChannels).OrderBy(static p => p.c).Select(static p => p.plane)];

    private static double Spread(float[] values)
    {
        double mean = values.Average(static v => (double)v);
        return values.Sum(v => (v - mean) * (v - mean));
    }

    /// <summary>How many of the numbers, largest first, make half of the sum of those above 0.</summary>
    private static int Half(double[] sorted)
    {
        double half = sorted.Where(static v => v > 0).Sum() / 2, sum = 0;
        int count = 0;
        while (sum < half) sum += sorted[count++];
        return count;
    }
}
