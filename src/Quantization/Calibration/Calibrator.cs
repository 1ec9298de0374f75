using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>Runs the float model over the calibration images and keeps one histogram a tensor: memory does not grow with the number of images.</summary>
internal static class Calibrator
{
    /// <summary>Observes <paramref name="values"/> on all images. The result is the same for any number of threads.</summary>
    /// <exception cref="ModelException">There is no image, or an activation is not finite.</exception>
    public static Dictionary<string, Histogram> Run(QuantizationRun run, IReadOnlyCollection<string> values)
    {
        var merged = values.ToDictionary(static name => name, static _ => new Histogram(), StringComparer.Ordinal);
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
                var own = values.ToDictionary(static name => name, static _ => new Histogram(), StringComparer.Ordinal);
                do
                {
                    source.Run(image, values, (name, data) => Observe(own[name], name, data));
                    lock (gate)
                    {
                        done++;
                        run.Progress?.Report(new QuantizeProgress("measure", done, run.ImageCount));
                    }
                }
                while ((image = Next()) is not null);
                lock (gate)
                {
                    foreach ((string name, Histogram histogram) in own) merged[name].Merge(histogram);
                }
            }
            catch
            {
                lock (gate) stop = true;
                throw;
            }
        }

        Task[] workers = [.. Enumerable.Range(0, Math.Max(1, run.Options.Threads)).Select(_ => Task.Run(Work, CancellationToken.None))];
        Task.WhenAll(workers).GetAwaiter().GetResult();
        run.ImageCount = done;
        return done > 0 || values.Count == 0 ? merged : throw new ModelException("there is no calibration image; quantization needs at least one, better a few hundred");
    }

    private static void Observe(Histogram histogram, string name, ReadOnlySpan<float> data)
    {
        try
        {
            histogram.Add(data);
        }
        catch (ArgumentException e)
        {
            throw new ModelException($"activation '{name}' is not finite on a calibration image; check the preprocessing and the weights", e);
        }
    }
}
