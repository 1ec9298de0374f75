namespace EdgeKit.Quantization.Passes;

/// <summary>One step of quantization. Passes run in the order of <see cref="QuantizationPasses.All"/>.</summary>
internal abstract class QuantizationPass
{
    /// <summary>The name that switches it.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in one sentence.</summary>
    public abstract string Explanation { get; }

    /// <summary>When it does something.</summary>
    public virtual string Applies => "always";

    /// <summary>Whether it can be switched off.</summary>
    public virtual bool CanBeLeftOut => true;

    /// <summary>Does it.</summary>
    /// <returns>What was done, in a few words with figures; null where there was nothing to do.</returns>
    public abstract string? Run(QuantizationRun run);
}
