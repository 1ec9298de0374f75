using System.Diagnostics;
using System.Globalization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Arm64.Tool;

/// <summary>What the project's sources claim of small networks, beside what theory gives and what is measured here, as a table of Markdown.</summary>
internal sealed class Claims(Results results)
{
    private const int Repeats = 31;
    private const string Separable = "depthwise + pointwise at least 2 times the standard 3x3 block";
    private const string Strided = "stride 2 instead of pooling: 1.2 times as fast";

    public void Write()
    {
        Console.WriteLine("| claim | of | theory | measured | holds |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (ModelResult integer in results.Models)
        {
            if (Find(integer.Model.Name + "-float", integer.Cpu) is not { } real || Kind(integer) is "standard" or "separable" or "strided" or "pooled") continue;
            double ratio = (double)real.Run.Instructions / integer.Run.Instructions;
            Row("INT8 at least 2 times FP32", $"{integer.Model.Name}, {integer.Cpu}", integer.Run.Dotprod ? "32 against 8 multiply-adds a cycle: 4x" : "8 against 4 multiply-adds a cycle: 2x",
                $"{Millions(real.Run.Instructions)} / {Millions(integer.Run.Instructions)} = {Times(ratio)} instructions", ratio >= 2);
        }
        WriteBlocks(Separable, "standard", "separable", 2);
        WriteBlocks(Strided, "pooled", "strided", 1.2);
        foreach ((string part, string whole) in results.Sizes)
        {
            double share = (double)new FileInfo(part).Length / new FileInfo(whole).Length;
            Row("MobileNetV2's file at most 20 % of ResNet-50's", Path.GetFileName(part), "3.5 M of 25.6 M weights: 14 %",
                string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(part).Length / 1e6:0.0} / {new FileInfo(whole).Length / 1e6:0.0} MB = {100 * share:0.0} %"), share <= 0.2);
        }
        foreach ((string what, long kilobytes) in results.Memory)
            Row("peak memory under 1 GB", what, "", $"{kilobytes * 1024 / 1e6:0} MB", kilobytes * 1024 < 1e9);
    }

    /// <summary>Pairs of blocks of the same shape: instructions on each core, time here.</summary>
    private void WriteBlocks(string claim, string slow, string fast, double bound)
    {
        foreach (var pair in results.Models.Where(r => Kind(r) == slow).GroupBy(static r => r.Model))
        {
            Model plain = pair.Key;
            string name = fast + plain.Name[slow.Length..];
            var measured = new List<string>();
            bool holds = true;
            foreach (ModelResult first in pair)
            {
                ModelResult second = Find(name, first.Cpu) ?? throw new InvalidDataException($"{name} was not measured");
                double ratio = (double)Instructions(first) / Instructions(second);
                holds &= ratio >= bound;
                measured.Add($"{first.Cpu} {Times(ratio)}");
            }
            Model other = Find(name, pair.First().Cpu)!.Model;
            double time = TimeRatio(plain, other);
            measured.Add($"x64 time {Times(time)}");
            Row(claim, plain.Name[(slow.Length + 1)..], $"{Times((double)Macs(plain) / Macs(other))} fewer multiplications", string.Join(", ", measured), holds && time >= bound);
        }
    }

    private ModelResult? Find(string model, string cpu) => results.Models.Find(r => r.Model.Name == model && r.Cpu == cpu);

    private static string Kind(ModelResult result) => result.Model.Name.Split('-')[0];

    /// <summary>The operators of the block: convolutions and pooling behind the first convolution.</summary>
    private static int[] Block(Model model) =>
        [.. Enumerable.Range(0, model.Operators.Length).Where(i => model.Operators[i].Kind is OperatorKind.Conv or OperatorKind.Pool).Skip(1)];

    private static long Instructions(ModelResult result) => Block(result.Model).Sum(result.Run.InstructionsOf);

    private static long Macs(Model model)
    {
        using Session session = Session.Load(model.Path);
        return Block(model).Sum(i => session.Operator(i).Macs);
    }

    /// <summary>Median time of one block by that of the other, on one thread, run in turns.</summary>
    private static double TimeRatio(Model slow, Model fast)
    {
        using Session first = Session.Load(slow.Path), second = Session.Load(fast.Path);
        var times = new double[2][];
        (times[0], times[1]) = (new double[Repeats], new double[Repeats]);
        for (int i = -Repeats; i < Repeats; i++)
        {
            double a = Time(first, Block(slow)), b = Time(second, Block(fast));
            if (i >= 0) (times[0][i], times[1][i]) = (a, b);
        }
        return times[0].Order().ElementAt(Repeats / 2) / times[1].Order().ElementAt(Repeats / 2);
    }

    private static double Time(Session session, int[] operators)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (int i in operators) session.RunOperator(i);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static void Row(string claim, string of, string theory, string measured, bool holds) => Console.WriteLine($"| {claim} | {of} | {theory} | {measured} | {(holds ? "yes" : "NO")} |");

    private static string Times(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture) + "x";

    private static string Millions(long count) => (count / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M";
}
