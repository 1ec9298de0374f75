namespace EdgeKit.Quantization;

/// <summary>One pass of the quantizer, for <c>quantize --explain</c>.</summary>
/// <param name="Name">The name that switches it.</param>
/// <param name="Explanation">What it does, in one sentence.</param>
/// <param name="Applies">When it does something.</param>
/// <param name="On">Whether it runs.</param>
/// <param name="CanBeLeftOut">Whether it can be switched off.</param>
public sealed record PassDescription(string Name, string Explanation, string Applies, bool On, bool CanBeLeftOut);

/// <summary>What a pass did to a model.</summary>
/// <param name="Pass">Its name.</param>
/// <param name="Done">What was done, in a few words with figures.</param>
public sealed record PassOutcome(string Pass, string Done);
