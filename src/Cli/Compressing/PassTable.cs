using EdgeKit.Quantization;

namespace EdgeKit.Cli.Compressing;

/// <summary>The passes of the quantizer as text.</summary>
internal static class PassTable
{
    /// <summary>A paragraph a pass, in their order.</summary>
    public static string Format(IReadOnlyList<PassDescription> passes) =>
        string.Join('\n', passes.Select(static (p, i) => $"""
            {i + 1}. {p.Name} ({(p.On ? p.CanBeLeftOut ? "on" : "always on" : "off")})
            {Wrapping.Wrap($"   {p.Explanation}")}
            {Wrapping.Wrap($"   Applies: {p.Applies}")}
            """));
}
