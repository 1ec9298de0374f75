namespace EdgeKit.Agent.Doctoring;

/// <summary>How a check went.</summary>
internal enum FindingLevel
{
    /// <summary>As it should be, or of no matter here.</summary>
    Ok,

    /// <summary>It works, but not as well as it could.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Level">How it went.</param>
/// <param name="Text">What is there.</param>
/// <param name="Mend">The command that mends it, or what to do; null where nothing is to be done.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Text, string? Mend)
{
    public static Finding Ok(string check, string text) => new(check, FindingLevel.Ok, text, null);

    public static Finding Warn(string check, string text, string? mend) => new(check, FindingLevel.Warn, text, mend);

    public static Finding Fail(string check, string text, string mend) => new(check, FindingLevel.Fail, text, mend);
}
