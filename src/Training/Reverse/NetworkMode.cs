namespace EdgeKit.Training;

/// <summary>What a forward pass is for.</summary>
public enum NetworkMode
{
    /// <summary>Results only: batch normalisation by running statistics, and nothing is kept for a backward pass.</summary>
    Inference,

    /// <summary>Batch normalisation by running statistics, which stay as they are; a backward pass may follow.</summary>
    Frozen,

    /// <summary>Batch normalisation by the statistics of the batch, which go into the running ones; a backward pass may follow.</summary>
    Training,
}
