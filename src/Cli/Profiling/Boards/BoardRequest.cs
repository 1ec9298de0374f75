using EdgeKit.Cli.Boards;

namespace EdgeKit.Cli.Profiling.Boards;

/// <summary>A sweep that is asked for.</summary>
/// <param name="Models">The models, .ekm files.</param>
/// <param name="Threads">Numbers of threads, as the agent takes them; null for all.</param>
/// <param name="Cores">Cores, as the agent takes them; null for all.</param>
/// <param name="Rounds">Rounds at each point; null for the usual number.</param>
/// <param name="Remote">Where it is to be measured; null for here.</param>
internal sealed record BoardRequest(IReadOnlyList<string> Models, string? Threads, string? Cores, int? Rounds, RemoteRequest? Remote);

/// <summary>A board to measure on.</summary>
/// <param name="Host">How it is reached.</param>
/// <param name="Agent">The agent's program for that board; null for the one that is installed there.</param>
internal sealed record RemoteRequest(RemoteHost Host, string? Agent);
