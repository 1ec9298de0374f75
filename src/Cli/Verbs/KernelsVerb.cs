using System.CommandLine;
using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit kernels</c>: the runtime's kernels and which of them this CPU runs.</summary>
internal static class KernelsVerb
{
    public static Command Create(Terminal terminal)
    {
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("kernels", "Lists the runtime's kernels.",
            """
            Lists the runtime's kernels, best first within a family, and which of them
            this CPU supports.

            Example: edgekit kernels
            """) { json };
        command.SetAction(parsed =>
        {
            Kernel[] kernels = [.. Enumerable.Range(0, KernelRegistry.Count).Select(Describe)];
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(new Report(JsonOutput.Version, kernels)) : Table(kernels));
        });
        return command;
    }

    private static Kernel Describe(int index)
    {
        KernelEntry entry = KernelRegistry.At(index);
        return new Kernel(KernelRegistry.NameOf(index), entry.Family, entry.Isa, entry.RowTile, entry.ColumnTile, entry.DepthUnit, entry.Supported,
            KernelRegistry.IsChosen(index));
    }

    private static string Table(Kernel[] kernels)
    {
        var table = new TextTable("kernel", "written for", "this CPU") { LeftColumns = 3 };
        foreach (Kernel k in kernels)
            table.Add(k.Name, k.Isa.ToString().ToLowerInvariant(), k.Used ? "used" : k.Supported ? "supported" : "not supported");
        return table.ToString().TrimEnd();
    }

    private sealed record Report(int Version, IReadOnlyList<Kernel> Kernels);

    private sealed record Kernel(string Name, KernelFamily Family, KernelIsa Isa, int RowTile, int ColumnTile, int DepthUnit, bool Supported, bool Used);
}
