using EdgeKit.Devices;
using EdgeKit.Imaging;

namespace EdgeKit.Agent;

/// <summary>What an onlooker may know of a watch, to be read on any thread.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Pump">What captures.</param>
/// <param name="Latency">Of each frame.</param>
/// <param name="Sinks">Where results are sent.</param>
internal sealed record WatchFacts(IFrameSource Camera, FramePump Pump, LatencyRecorder Latency, IReadOnlyList<IResultSink> Sinks);

/// <summary>Who looks on while models watch a camera. The thread of the models calls it and is never made to wait; what frames bring allocates nothing.</summary>
internal interface IOnlooker : IDisposable
{
    /// <summary>Whether the next result is to be shown.</summary>
    bool IsAsking { get; }

    /// <summary>Watching begins.</summary>
    /// <param name="facts">What there is to know.</param>
    /// <param name="models">The models.</param>
    /// <exception cref="IOException">The onlooker has no way to look on, such as a port in use.</exception>
    void Begin(WatchFacts facts, WatchedModels models);

    /// <summary>A model is another one, or its slot has been confirmed.</summary>
    /// <param name="models">The models.</param>
    void ModelChanged(WatchedModels models);

    /// <summary>A frame went through the models.</summary>
    /// <param name="latency">Milliseconds from capture to result.</param>
    void Count(double latency);

    /// <summary>The result that was asked for; nothing of it is valid afterwards.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="results">What the models made of it.</param>
    /// <param name="json">The same as an object of JSON.</param>
    void Show(RawPicture picture, ModelResult[] results, ReadOnlySpan<byte> json);
}
