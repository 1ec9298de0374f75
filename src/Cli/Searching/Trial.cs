using EdgeKit.Cli.Compressing;

namespace EdgeKit.Cli.Searching;

/// <summary>One setting of a search: what is done depends on nothing else, so any process may do it.</summary>
/// <param name="Id">Hash of the settings, the model and the pictures.</param>
/// <param name="Settings">Options of <c>compress</c> and their values, in the order of a command line.</param>
internal sealed record Trial(string Id, IReadOnlyList<string> Settings)
{
    /// <summary>The settings as they are written on a command line.</summary>
    public string Name => Settings.Count == 0 ? "(defaults)" : string.Join(' ', Settings);
}

/// <summary>What came out of a trial.</summary>
internal sealed record TrialResult
{
    public int Version { get; init; } = JsonOutput.Version;

    /// <summary>The trial's <see cref="Trial.Id"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The trial's <see cref="Trial.Settings"/>.</summary>
    public required IReadOnlyList<string> Settings { get; init; }

    /// <summary>What was made and measured; null where the model does not allow these settings.</summary>
    public CompressReport? Report { get; init; }

    /// <summary>Why there is no report.</summary>
    public string? Error { get; init; }
}
