using EdgeKit.Cli.Models;
using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Demo;

/// <summary>Fits the last layer of a classifier in closed form to the features that the rest of the net computes.</summary>
internal static class ClassifierFit
{
    private const double Penalty = 0.1;

    /// <summary>Replaces weights and bias of the last Conv or Gemm of a decluttered graph.</summary>
    /// <param name="graph">The graph, changed in place.</param>
    /// <param name="pictures">Labelled pictures.</param>
    /// <param name="preprocessing">How they go in.</param>
    /// <param name="terminal">For progress and Ctrl-C.</param>
    public static void Run(Graph graph, ImageItem[] pictures, Preprocessing preprocessing, Terminal terminal)
    {
        Node classifier = graph.Nodes.Last(static n => n.OpType is "Conv" or "Gemm");
        Tensor weights = classifier.ConstantInput(1)!;
        int classes = weights.Shape[0];
        float[][] features = Features(graph, classifier.Input(0).Name, pictures, preprocessing, terminal);
        float[][] targets = [.. pictures.Select(p => Enumerable.Range(0, classes).Select(c => c == p.Label ? 1f : 0f).ToArray())];
        (double[][] fitted, double[] offsets) = RidgeRegression.Fit(features, targets, Penalty);
        Graph.SetConstant(classifier.Input(1), Tensor.Of([.. fitted.SelectMany(static row => row).Select(static w => (float)w)], weights.Shape));
        Graph.SetConstant(classifier.Input(2), Tensor.Of(Array.ConvertAll(offsets, static b => (float)b), classes));
    }

    private static float[][] Features(Graph graph, string name, ImageItem[] pictures, Preprocessing preprocessing, Terminal terminal)
    {
        PlanFile plan = PlanFile.Parse(PlanCompiler.Compile(graph.WithOutputs([name])), graph.Name);
        using var progress = new Progress(terminal, "fitting the classifier", pictures.Length);
        using var sessions = new ThreadLocal<Session>(() => Session.Load(plan), trackAllValues: true);
        var features = new float[pictures.Length][];
        int done = 0;
        try
        {
            Parallel.For(0, pictures.Length, new ParallelOptions { CancellationToken = terminal.Cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                Session session = sessions.Value!;
                session.SetInput(0, PictureReader.Read(pictures[i], preprocessing));
                session.Run();
                features[i] = session.GetOutput(0);
                progress.Report(Interlocked.Increment(ref done));
            });
            return features;
        }
        finally
        {
            foreach (Session session in sessions.Values) session.Dispose();
        }
    }
}
