using EdgeKit.Devices;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Agent;

/// <summary>Who looks on while a model watches a camera. The thread of the model calls it and is never made to wait; what frames bring allocates nothing.</summary>
internal interface IOnlooker : IDisposable
{
    /// <summary>Whether the next result is to be shown.</summary>
    bool IsAsking { get; }

    /// <summary>Watching begins.</summary>
    /// <param name="camera">The camera, for its facts.</param>
    /// <param name="pump">What captures, for its counts.</param>
    /// <param name="latency">Of each frame.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="IOException">The onlooker has no way to look on, such as a port in use.</exception>
    void Begin(IFrameSource camera, FramePump pump, LatencyRecorder latency, WatchedModel model);

    /// <summary>The model is another one, or its slot has been confirmed.</summary>
    /// <param name="model">The model.</param>
    void ModelChanged(WatchedModel model);

    /// <summary>A frame went through the model.</summary>
    /// <param name="latency">Milliseconds from capture to result.</param>
    void Count(double latency);

    /// <summary>The result that was asked for; nothing of it is valid afterwards.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="findings">What the decoder found; null without one.</param>
    /// <param name="labels">Names of the findings' classes.</param>
    /// <param name="json">The result as an object of JSON.</param>
    void Show(RawPicture picture, Findings? findings, IReadOnlyList<string> labels, ReadOnlySpan<byte> json);
}
