using System.Globalization;

namespace EdgeKit.Pruning.Budgets;

/// <summary>A budget and how far pruning came. Amounts are multiply-accumulates, parameters, or what the target's profile counts.</summary>
/// <param name="Quantity">What is limited.</param>
/// <param name="Unit">What is counted: MACs, parameters, ms or instructions.</param>
/// <param name="Limit">The most that the model may cost.</param>
/// <param name="IsShare">Whether the limit was given as a share of the original's cost.</param>
/// <param name="Original">What the original costs.</param>
/// <param name="Reached">What the pruned model costs; of a time, what is predicted.</param>
public sealed record BudgetOutcome(BudgetQuantity Quantity, string Unit, double Limit, bool IsShare, double Original, double Reached)
{
    // Sums of doubles: a limit of a share that is met exactly may be missed by rounding.
    private const double Rounding = 1e-9;

    /// <summary>Whether the budget is met.</summary>
    public bool IsMet => Reached <= Limit + Rounding * Original;

    /// <summary>Says what can't be met, in the form in which it was asked for.</summary>
    internal string Shortfall => IsShare
        ? $"the budget of {Percent(Limit)} of the {Counted} can't be met, {Percent(Reached)} is the least"
        : $"the budget of {Amount(Limit)} {Unit} can't be met, {Amount(Reached)} of {Amount(Original)} is the least";

    /// <summary>The smallest budget that could be met, in the form in which it was asked for.</summary>
    internal string Least
    {
        get
        {
            if (IsShare) return RoundedUp(Reached / Math.Max(Original, double.Epsilon), 0.001).ToString("0.###", CultureInfo.InvariantCulture);
            return $"{Amount(RoundedUp(Reached, Reached switch { >= 1e6 => 1e4, >= 1e3 => 100, _ => 0.001 }))} {Unit}";
        }
    }

    /// <summary>One line of a report.</summary>
    internal string Line => string.Create(CultureInfo.InvariantCulture, $"{Amount(Original)} -> {Amount(Reached)} {Unit} ({Percent(Reached)}), at most {Amount(Limit)}");

    private static double RoundedUp(double amount, double step) => Math.Ceiling(amount / step - Rounding) * step;

    private string Counted => Unit == "ms" ? "time" : Unit;

    private string Percent(double amount) => (100 * amount / Math.Max(Original, double.Epsilon)).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Amount(double n) => n switch
    {
        >= 1e6 => (n / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M",
        >= 1e3 => (n / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " k",
        _ => n.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
