using System.Globalization;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Testing;

namespace EdgeKit.Arm64.Tool;

/// <summary>What became of one kernel held to the scalar reference on one core.</summary>
internal sealed record KernelResult(string Name, string Cpu, bool Dotprod, bool Supported, int Cases, string Problem)
{
    /// <summary>Reads what main.c printed.</summary>
    public static KernelResult Of(int kernel, string cpu, string file)
    {
        bool dotprod = false, supported = true;
        int cases = 0;
        string problem = "the program did not come to its end: a read or write outside of its memory, or an instruction that this core has not";
        foreach (string line in File.ReadLines(file))
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "dotprod": dotprod = words[1] == "1"; break;
                case "unsupported": (supported, problem) = (false, ""); break;
                case "equal": (cases, problem) = (Number(words[1]), ""); break;
                case "differs":
                    problem = $"differs: rows {words[1]}, taps {words[2]}, depth {words[3]}, columns {words[4]}, form {words[5]}, dilation {words[6]}, {(SweepValues)Number(words[7])}";
                    break;
            }
        }
        return new KernelResult(NameOf(kernel), cpu, dotprod, supported, cases, problem);
    }

    /// <summary>After the registry's kernels come the loops over pixels.</summary>
    public static string NameOf(int kernel) => kernel == KernelRegistry.Count ? PixelSweep.Name : KernelRegistry.NameOf(kernel);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
