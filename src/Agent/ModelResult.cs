using EdgeKit.Devices;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Agent;

/// <summary>What a model made of the last picture. One object serves all pictures.</summary>
/// <param name="name">What lines call the model where there are several.</param>
/// <param name="model">The model.</param>
internal sealed class ModelResult(string name, AgentModel model)
{
    /// <summary>What lines call the model where there are several.</summary>
    public string Name => name;

    /// <summary>The model.</summary>
    public AgentModel Model => model;

    /// <summary>Names of the findings' classes.</summary>
    public IReadOnlyList<string> Labels => model.Decoder?.Labels ?? model.Labels;

    /// <summary>What its decoder found; null without one.</summary>
    public Findings? Findings { get; set; }

    /// <summary>From capture to result, in milliseconds.</summary>
    public double Milliseconds { get; set; }

    /// <summary>The same of all pictures.</summary>
    public LatencyRecorder Latency { get; } = new();
}
