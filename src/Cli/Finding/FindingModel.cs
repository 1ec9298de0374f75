using System.Diagnostics;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Cli.Finding;

/// <summary>A model and its decoder, ready for pictures.</summary>
internal sealed class FindingModel : IDisposable
{
    private readonly RunnableModel _model;
    private readonly IModelRunner _runner;
    private readonly Preprocessing _preprocessing;
    private readonly float[] _input;

    private FindingModel(RunnableModel model, Preprocessing preprocessing, ModelDecoder decoder)
    {
        _model = model;
        _preprocessing = preprocessing;
        _input = new float[PictureInput.Channels * preprocessing.Height * preprocessing.Width];
        Decoder = decoder;
        _runner = model.Open();
        // The first run also loads code.
        _runner.SetInput(0, _input);
        _runner.Run();
    }

    /// <summary>What turns outputs into findings.</summary>
    public ModelDecoder Decoder { get; }

    /// <summary>The model's file name without its folder.</summary>
    public string Name => Path.GetFileName(_model.Path);

    /// <summary>"int8" or "fp32".</summary>
    public string Precision => _model.Precision;

    /// <summary>Loads a model.</summary>
    /// <param name="path">An <c>.ekm</c> or <c>.onnx</c> file.</param>
    /// <param name="backend">What runs an <c>.onnx</c> file.</param>
    /// <param name="request">How it is run.</param>
    /// <param name="adjust">Changes to its decoder's settings, or null.</param>
    /// <exception cref="ImageException">It has no decoder, or outputs that do not fit its decoder.</exception>
    public static FindingModel Load(string path, string backend, RunRequest request, Func<DecoderSettings, DecoderSettings>? adjust = null)
    {
        RunnableModel model = RunnableModel.Load(path, RunnableModel.IsCompiled(path) ? RunnableModel.EdgeKitBackend : backend, request);
        try
        {
            Preprocessing preprocessing = model.RequirePreprocessing();
            if (adjust is not null && ModelDecoder.SettingsOf(preprocessing) is { } settings) preprocessing = preprocessing with { Decoder = adjust(settings) };
            ModelDecoder decoder = ModelDecoder.Create(preprocessing, [.. model.Outputs.Select(static o => new OutputShape(o.Name, o.Shape))], path);
            return new FindingModel(model, preprocessing, decoder);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Finds what is in a picture; the findings are valid until the next call.</summary>
    public (Findings Findings, FindingTimes Times) Find(Frame picture)
    {
        long start = Stopwatch.GetTimestamp();
        ImageMapping mapping = Preprocess.ToFloatNchw(picture, _preprocessing, _input);
        _runner.SetInput(0, _input);
        long prepared = Stopwatch.GetTimestamp();
        _runner.Run();
        long inferred = Stopwatch.GetTimestamp();
        for (int i = 0; i < _model.Outputs.Count; i++) _runner.GetOutput(i).CopyTo(Decoder.Output(i));
        Findings findings = Decoder.Decode(mapping, picture.Width, picture.Height);
        return (findings, new FindingTimes(Milliseconds(start, prepared), Milliseconds(prepared, inferred), Milliseconds(inferred, Stopwatch.GetTimestamp())));

        static double Milliseconds(long from, long to) => Math.Round(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds, 3);
    }

    public void Dispose()
    {
        _runner.Dispose();
        _model.Dispose();
    }
}

/// <summary>Milliseconds of one picture: from pixels to the input, inference, and from the outputs to what was found.</summary>
internal readonly record struct FindingTimes(double Prepare, double Infer, double Decode);
