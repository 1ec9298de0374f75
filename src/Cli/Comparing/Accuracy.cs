using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Comparing;

/// <summary>How often a classifier that was made here is right.</summary>
/// <param name="Images">Number of pictures.</param>
/// <param name="Top1">Share of the pictures whose class has the largest output.</param>
/// <param name="Ci95">Its 95 % interval (Wilson).</param>
internal sealed record Accuracy(int Images, double Top1, IReadOnlyList<double> Ci95)
{
    /// <summary>Runs a graph on labelled pictures.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="graph">The graph, which carries its preprocessing.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="terminal">For progress.</param>
    public static Accuracy Of(string path, Graph graph, ImageItem[] pictures, Terminal terminal)
    {
        using EkmModel model = EkmModel.Compile(OnnxModel.AsLoaded(path, graph), fileBytes: 0);
        Preprocessing preprocessing = model.RequirePreprocessing();
        if (model.Outputs is not [var output] || ClassAxis.Of(output, preprocessing) is not { IsWholePicture: true } axis) throw CliException.Failure($"{path}: is no classifier");
        using var progress = new Progress(terminal, "verifying", pictures.Length);
        using var runners = new ThreadLocal<IModelRunner>(model.Open, trackAllValues: true);
        int right = 0, done = 0;
        try
        {
            Parallel.ForEach(pictures, new ParallelOptions { CancellationToken = terminal.Cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, picture =>
            {
                axis.RequireLabel(picture, path, preprocessing);
                IModelRunner runner = runners.Value!;
                runner.SetInput(0, PictureReader.Read(picture, preprocessing));
                runner.Run();
                if (axis.Best(runner.GetOutput(0), 0) - preprocessing.LabelOffset == picture.Label) Interlocked.Increment(ref right);
                progress.Report(Interlocked.Increment(ref done));
            });
        }
        finally
        {
            foreach (IModelRunner runner in runners.Values) runner.Dispose();
        }
        return new Accuracy(pictures.Length, (double)right / pictures.Length, Wilson.Interval(right, pictures.Length));
    }
}
