using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Pruning.Blocks;

/// <summary>How far the outputs of a changed graph are from those of the original.</summary>
internal static class OutputError
{
    /// <summary>Squared error as a share of the variance of the original's output, the mean over outputs: 0 where nothing has changed, about 1 where nothing is left.</summary>
    /// <param name="original">The original, with one input of batch 1.</param>
    /// <param name="changed">A graph with the same input and outputs.</param>
    /// <param name="pictures">Inputs, NCHW; at least one.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static double Of(Graph original, Graph changed, IReadOnlyList<Tensor> pictures, CancellationToken cancellation)
    {
        using Session before = Open(original), after = Open(changed);
        int outputs = before.Outputs.Count;
        double[] errors = new double[outputs], sums = new double[outputs], squares = new double[outputs], counts = new double[outputs];
        foreach (Tensor picture in pictures)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Session session in new[] { before, after })
            {
                session.SetInput(0, picture.AsSpan<float>());
                session.Run();
            }
            for (int o = 0; o < outputs; o++)
            {
                ReadOnlySpan<float> y = before.GetOutput(o), z = after.GetOutput(o);
                counts[o] += y.Length;
                for (int i = 0; i < y.Length; i++)
                {
                    double d = (double)y[i] - z[i];
                    errors[o] += d * d;
                    sums[o] += y[i];
                    squares[o] += (double)y[i] * y[i];
                }
            }
        }
        return Enumerable.Range(0, outputs).Average(o => errors[o] / Math.Max(squares[o] - sums[o] * sums[o] / counts[o], double.Epsilon));
    }

    private static Session Open(Graph graph) => Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), graph.Name), new SessionOptions { Threads = Environment.ProcessorCount });
}
