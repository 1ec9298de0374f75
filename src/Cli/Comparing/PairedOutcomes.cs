namespace EdgeKit.Cli.Comparing;

/// <summary>Two models' right and wrong answers on the same pictures.</summary>
/// <param name="BothRight">Pictures on which both are right.</param>
/// <param name="OnlyModel">Pictures on which only the model is right.</param>
/// <param name="OnlyReference">Pictures on which only the reference is right.</param>
/// <param name="BothWrong">Pictures on which both are wrong.</param>
internal sealed record PairedOutcomes(int BothRight, int OnlyModel, int OnlyReference, int BothWrong)
{
    /// <summary>How often two equally good models would differ as much as these or more: <see cref="McNemar.PValue"/>.</summary>
    public double PValue => McNemar.PValue(OnlyModel, OnlyReference);

    /// <summary>The outcome in words.</summary>
    /// <param name="model">What the model is called: "the INT8 model".</param>
    /// <param name="reference">What the other one is called: "the float one".</param>
    public string Describe(string model, string reference)
    {
        if (OnlyModel + OnlyReference == 0) return $"{model} and {reference} are right on the same pictures.";
        string counts = $"{model} is right on {Pictures(OnlyModel)} where {reference} is wrong, and wrong on {OnlyReference} where {reference} is right";
        string chance = PValue switch
        {
            _ when OnlyModel == OnlyReference => "neither is better",
            < 0.001 => "such a difference or a larger one comes by chance in less than 0.1 % of cases",
            < 0.1 => Units.Invariant($"such a difference or a larger one comes by chance in {PValue * 100:0.#} % of cases"),
            _ => Units.Invariant($"such a difference or a larger one comes by chance in {PValue * 100:F0} % of cases"),
        };
        return $"{counts}: {chance}.";
    }

    private static string Pictures(int count) => count == 1 ? "1 picture" : $"{count} pictures";
}
