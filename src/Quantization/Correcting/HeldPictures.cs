using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;

namespace EdgeKit.Quantization;

/// <summary>Calibration pictures that are run many times: two of three to correct on, the third held back to judge by.</summary>
internal sealed class HeldPictures
{
    private const int HeldBackEvery = 3;

    private HeldPictures(List<IReadOnlyDictionary<string, Tensor>> all) => All = all;

    /// <summary>The pictures.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> All { get; }

    /// <summary>Whether a picture is held back.</summary>
    public static bool IsHeldBack(int picture) => picture % HeldBackEvery == HeldBackEvery - 1;

    /// <summary>Picks pictures spread evenly over the calibration pictures.</summary>
    /// <param name="run">The pictures.</param>
    /// <param name="count">How many at most.</param>
    public static HeldPictures Pick(QuantizationRun run, int count)
    {
        int total = run.ImageCount > 0 ? run.ImageCount : run.ImageCount = run.Images.Count();
        count = Math.Min(count, total);
        var picked = new List<IReadOnlyDictionary<string, Tensor>>(count);
        int i = 0;
        foreach (IReadOnlyDictionary<string, Tensor> image in run.Images)
        {
            // The i-th is taken when the count of those due by then rises.
            if ((long)(i + 1) * count / total > (long)i * count / total) picked.Add(image);
            i++;
        }
        return new HeldPictures(picked);
    }

    /// <summary>Those that are held back.</summary>
    public HeldPictures HeldBack() => new([.. All.Where(static (_, i) => IsHeldBack(i))]);

    /// <summary>Computes something for every picture, several at a time; what one thread uses is made once for it.</summary>
    public TResult[] Map<TWorker, TResult>(int threads, Func<TWorker> create, Func<TWorker, IReadOnlyDictionary<string, Tensor>, TResult> map, CancellationToken cancel)
    {
        var results = new TResult[All.Count];
        int next = -1;
        void Work()
        {
            TWorker worker = create();
            using var disposable = worker as IDisposable;
            for (int i = Interlocked.Increment(ref next); i < results.Length; i = Interlocked.Increment(ref next))
            {
                cancel.ThrowIfCancellationRequested();
                results[i] = map(worker, All[i]);
            }
        }
        Task.WhenAll(Enumerable.Range(0, Math.Clamp(threads, 1, results.Length)).Select(_ => Task.Run(Work, CancellationToken.None))).GetAwaiter().GetResult();
        return results;
    }
}
