using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Refit;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Demo;

/// <summary>The job of <c>edgekit compress</c> without arguments: a seeded net and rendered pictures, so that it needs nothing from outside.</summary>
internal static class DemoJob
{
    /// <summary>Share of the multiply-accumulates to keep.</summary>
    public const double MacBudget = 0.7;

    // Of the zoo's nets the one whose random features tell the pictures apart best: its shortcuts carry them to the end.
    private const string Network = "resnet-18";
    private const double Width = 0.5;
    private const int Size = 96;
    private const int Seed = 1;
    private const int FitPictures = 3000;
    private const int CalibrationPictures = 100;
    private const int VerificationPictures = 500;

    /// <summary>Makes the net and the pictures, fits the classifier, and writes the original to the folder.</summary>
    public static CompressRequest Prepare(string folder, PruneOptions pruning, QuantizeOptions quantization, RunRequest run, Terminal terminal)
    {
        OutputFile.CreateFolder(folder);
        OnnxModel model = Create(Path.Combine(folder, "demo.float.onnx"));
        Preprocessing preprocessing = model.RequirePreprocessing();
        ImageItem[] fit = PictureSet.Part(0, FitPictures, Size);
        ClassifierFit.Run(model.Graph, fit, preprocessing, terminal);
        OnnxFile.Save(model.Graph, model.Path);
        return new CompressRequest
        {
            Model = model,
            Run = run,
            Name = "demo",
            Out = folder,
            Calibration = PictureSet.Part(1, CalibrationPictures, Size),
            Verification = PictureSet.Part(2, VerificationPictures, Size),
            // Its features are random: means are enough, the classifier is fitted anew.
            Pruning = pruning with { Refit = pruning.Refit ?? RefitMethod.Mean },
            Refit = graph => ClassifierFit.Run(graph, fit, preprocessing, terminal),
            Quantization = quantization,
            Notes =
            [
                "the net has untrained, seeded weights; only its classifier is fitted (ridge least squares, again after pruning)",
                $"it is fitted to {FitPictures} pictures that EdgeKit renders; accuracy is measured on {VerificationPictures} others",
                "random features make a narrower net no worse: this shows the way, not what pruning costs a trained model",
            ],
        };
    }

    private static OnnxModel Create(string path)
    {
        Graph graph = Zoo.Create(Network, new ZooOptions { Width = Width, Size = Size, Classes = PictureSet.Classes, Seed = Seed });
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        Preprocessing preprocessing = Preprocessing.Parse(graph.Metadata[PlanCompiler.PreprocessingKey], path) with { Labels = PictureSet.Labels };
        graph.Metadata[PlanCompiler.PreprocessingKey] = preprocessing.ToJson();
        graph.Metadata[Zoo.WeightsKey] = "untrained, but for the fitted classifier";
        return OnnxModel.Of(path, graph);
    }
}
