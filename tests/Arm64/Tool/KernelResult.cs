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
            int[] numbers = [.. words.Skip(1).Select(static w => int.Parse(w, CultureInfo.InvariantCulture))];
            switch (words[0])
            {
                case "dotprod": dotprod = numbers[0] != 0; break;
                case "unsupported": (supported, problem) = (false, ""); break;
                case "equal": (cases, problem) = (numbers[0], ""); break;
                case "differs":
                    problem = $"differs: rows {numbers[0]}, taps {numbers[1]}, depth {numbers[2]}, columns {numbers[3]}, form {numbers[4]}, dilation {numbers[5]}, {(SweepValues)numbers[6]}";
                    break;
            }
        }
        return new KernelResult(KernelRegistry.NameOf(kernel), cpu, dotprod, supported, cases, problem);
    }
}
