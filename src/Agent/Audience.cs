using EdgeKit.Imaging;

namespace EdgeKit.Agent;

/// <summary>Who gets results besides stdout: who looks on, and where they are sent.</summary>
/// <param name="onlookers">Who looks on.</param>
/// <param name="sinks">Where results are sent.</param>
internal sealed class Audience(IOnlooker[] onlookers, IResultSink[] sinks) : IDisposable
{
    /// <summary>Where results are sent.</summary>
    public IReadOnlyList<IResultSink> Sinks => sinks;

    /// <summary>Whether the next picture is to be shown with its result.</summary>
    public bool IsAsking
    {
        get
        {
            foreach (IOnlooker onlooker in onlookers)
            {
                if (onlooker.IsAsking) return true;
            }
            return false;
        }
    }

    /// <summary>Watching begins.</summary>
    public void Begin(WatchFacts facts, WatchedModels models)
    {
        foreach (IOnlooker onlooker in onlookers) onlooker.Begin(facts, models);
    }

    /// <summary>A model is another one, or its slot has been confirmed.</summary>
    public void ModelChanged(WatchedModels models)
    {
        foreach (IOnlooker onlooker in onlookers) onlooker.ModelChanged(models);
    }

    /// <summary>A frame went through the models; what was found in it goes to where it is sent.</summary>
    public void Count(double latency, WatchReport report)
    {
        foreach (IOnlooker onlooker in onlookers) onlooker.Count(latency);
        if (sinks.Length == 0 || !report.HasFound) return;
        foreach (IResultSink sink in sinks) sink.Put(report.Json());
    }

    /// <summary>Shows a picture to those who asked for it.</summary>
    public void Show(RawPicture picture, ModelResult[] results, ReadOnlySpan<byte> json)
    {
        foreach (IOnlooker onlooker in onlookers)
        {
            if (onlooker.IsAsking) onlooker.Show(picture, results, json);
        }
    }

    /// <summary>No more results come: gives what is to be sent a moment, all at the same time.</summary>
    public void End()
    {
        foreach (IResultSink sink in sinks) sink.End();
        foreach (IResultSink sink in sinks) sink.Finish();
    }

    public void Dispose()
    {
        End();
        foreach (IResultSink sink in sinks) sink.Dispose();
        foreach (IOnlooker onlooker in onlookers) onlooker.Dispose();
    }
}
