using EdgeKit.Compiler.Ir;

namespace EdgeKit.Compiler.Passes;

/// <summary>A tensor with memory of its own so far, and where its channels come from and go to.</summary>
internal sealed class ChannelNode(PlanTensor tensor)
{
    public PlanTensor Tensor => tensor;

    public int Channels => tensor.Channels;

    /// <summary>Dense and in the model's order: an input, an output, a constant, or something an operator takes only so.</summary>
    public bool IsFixed { get; set; }

    /// <summary>The operator that computes it; null for inputs, constants and what copies put together.</summary>
    public PlanOperator? Writer { get; set; }

    /// <summary>Copies of channels into it.</summary>
    public List<(ChannelNode Source, ChannelCopy Channels)> Copies { get; } = [];

    /// <summary>Operators that read it, copies of channels apart.</summary>
    public List<(PlanOperator Operator, ChannelUse Use)> Reads { get; } = [];

    /// <summary>Tensors that copies of channels out of this one go to.</summary>
    public List<ChannelNode> Targets { get; } = [];

    /// <summary>Tensors that are part of this one's memory.</summary>
    public List<ChannelNode> Parts { get; } = [];

    /// <summary>The tensor whose memory this one is a part of, or that this one only names channels of; else null.</summary>
    public ChannelNode? Host { get; set; }

    /// <summary>Channel of the host for each channel.</summary>
    public int[] HostChannels { get; set; } = [];

    /// <summary>Whether it only names channels of its host: nothing writes it.</summary>
    public bool IsAlias { get; set; }

    /// <summary>Without a host: where each channel lies in the pixel.</summary>
    public int[] Positions { get; set; } = [.. Enumerable.Range(0, tensor.Channels)];

    public ChannelNode Root => Host?.Root ?? this;

    /// <summary>Channel of the root for each channel.</summary>
    public int[] RootChannels
    {
        get
        {
            if (Host is null) return [.. Enumerable.Range(0, Channels)];
            int[] outer = Host.RootChannels;
            return Array.ConvertAll(HostChannels, c => outer[c]);
        }
    }

    /// <summary>Where each channel lies in the root's pixel.</summary>
    public int[] RootPositions => Array.ConvertAll(RootChannels, c => Root.Positions[c]);
}
