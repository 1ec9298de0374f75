using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>
/// Runs the float model over the calibration images, several at a time. Each thread fills an accumulator of its own, and accumulators are merged at the end:
/// merging must not depend on the order, so that the result is the same for any number of threads.
/// </summary>
internal static class ImageLoop
{
    /// <summary>Shows <paramref name="values"/> on all images.</summary>
    /// <param name="run">Graph, images, threads. Learns the number of images.</param>
    /// <param name="pass">Name for progress.</param>
    /// <param name="values">Names of the values to show.</param>
    /// <param name="create">Makes an accumulator.</param>
    /// <param name="visit">Adds one value of one image to an accumulator.</param>
    /// <param name="merge">Adds the second accumulator to the first.</param>
    /// <exception cref="ModelException">There is no image, or an activation is not finite.</exception>
    public static T Run<T>(QuantizationRun run, string pass, IReadOnlyCollection<string> values, Func<T> create, Action<T, string, ReadOnlySpan<float>> visit, Action<T, T> merge)
    {
        T merged = create();
        using IEnumerator<IReadOnlyDictionary<string, Tensor>> pending = run.Images.GetEnumerator();
        var gate = new Lock();
        int done = 0;
        bool stop = false;

        IReadOnlyDictionary<string, Tensor>? Next()
        {
            lock (gate)
            {
                run.Cancel.ThrowIfCancellationRequested();
                return !stop && pending.MoveNext() ? pending.Current : null;
            }
        }

        void Work()
        {
            try
            {
                if (Next() is not { } image) return;
                IActivationSource source = run.Options.ActivationSource(run.Graph);
                using var disposable = source as IDisposable;
                T own = create();
                do
                {
                    IReadOnlyDictionary<string, Tensor> feeds = image;
                    source.Run(feeds, values, (name, data) =>
                    {
                        if (!FiniteNumbers.IsFinite(data)) throw FiniteNumbers.Error(run.Graph, feeds, name, "a calibration picture");
                        visit(own, name, data);
                    });
                    lock (gate)
                    {
                        done++;
                        run.Progress?.Report(new QuantizeProgress(pass, done, run.ImageCount));
                    }
                }
                while ((image = Next()) is not null);
                lock (gate) merge(merged, own);
            }
            catch
            {
                lock (gate) stop = true;
                throw;
            }
        }

        Task[] workers = [.. Enumerable.Range(0, Math.Max(1, run.Options.Threads)).Select(_ => Task.Run(Work, CancellationToken.None))];
        Task.WhenAll(workers).GetAwaiter().GetResult();
        if (done == 0 && values.Count > 0) throw new ModelException("there is no calibration image; quantization needs at least one, better a few hundred");
        run.ImageCount = done;
        return merged;
    }
}
