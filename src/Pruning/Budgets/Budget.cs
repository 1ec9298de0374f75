using System.Globalization;

namespace EdgeKit.Pruning.Budgets;

/// <summary>What a budget limits.</summary>
public enum BudgetQuantity
{
    /// <summary>Multiply-accumulates of an inference.</summary>
    Macs,
    /// <summary>Learned numbers.</summary>
    Parameters,
    /// <summary>The time of an inference on a <see cref="TargetProfile"/>.</summary>
    Time,
}

/// <summary>The most that a pruned model may cost.</summary>
/// <param name="Quantity">What is limited.</param>
/// <param name="Limit">
/// A share of the original's, over 0 and at most 1; or an amount: multiply-accumulates, parameters, or milliseconds.
/// </param>
/// <param name="IsShare">Whether the limit is a share.</param>
public sealed record Budget(BudgetQuantity Quantity, double Limit, bool IsShare)
{
    /// <summary>A share of the multiply-accumulates.</summary>
    public static Budget MacShare(double share) => new(BudgetQuantity.Macs, share, IsShare: true);

    /// <summary>
    /// Reads a limit: up to 1 it is a share of the original's; above, an amount, for which k, M and G stand for 10³, 10⁶ and 10⁹ (<c>0.8</c>, <c>200M</c>, <c>1.5M</c>).
    /// </summary>
    /// <exception cref="FormatException">The text is no such number.</exception>
    public static Budget Parse(BudgetQuantity quantity, string text)
    {
        double unit = text.Length == 0 ? 1 : text[^1] switch { 'k' or 'K' => 1e3, 'm' or 'M' => 1e6, 'g' or 'G' => 1e9, _ => 1 };
        ReadOnlySpan<char> digits = unit == 1 ? text : text.AsSpan(0, text.Length - 1);
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number) || number <= 0)
            throw new FormatException($"'{text}' is neither a share such as 0.8 nor an amount such as 200M");
        return unit == 1 && number <= 1 ? new Budget(quantity, number, IsShare: true) : new Budget(quantity, number * unit, IsShare: false);
    }

    /// <summary>The limit as an amount.</summary>
    /// <param name="original">What the original costs.</param>
    public double Of(double original) => IsShare ? Limit * original : Limit;

    /// <summary>Checks the limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no share, or not over 0.</exception>
    public void Validate()
    {
        if (IsShare && !(Limit > 0 && Limit <= 1)) throw new ArgumentOutOfRangeException(nameof(Limit), Limit, $"the {Name} budget is a share: over 0 and at most 1");
        if (!(Limit > 0 && double.IsFinite(Limit))) throw new ArgumentOutOfRangeException(nameof(Limit), Limit, $"the {Name} budget must be over 0");
    }

    private string Name => Quantity switch { BudgetQuantity.Macs => "MAC", BudgetQuantity.Parameters => "parameter", _ => "latency" };
}
