using System.Globalization;

namespace EdgeKit.Arm64.Tool;

/// <summary>What one run of the arm64 program left behind: its standard output, the model's outputs, the plugin's counts.</summary>
internal sealed class RigRun
{
    /// <summary>As in main.c.</summary>
    private const int Runs = 11;

    private readonly Dictionary<int, long> _counts = [];
    private readonly Dictionary<(int Operator, int Output), ulong> _hashes = [];
    private readonly Dictionary<int, int> _kernels = [];

    /// <param name="prefix">Path of the files without their endings.</param>
    public RigRun(string prefix)
    {
        foreach (string line in ReadLines(prefix + ".out"))
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "hash": _hashes[(Number(words[1]), Number(words[2]))] = ulong.Parse(words[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture); break;
                case "kernel": _kernels[Number(words[1])] = Number(words[2]); break;
                case "dotprod": Dotprod = words[1] == "1"; break;
                case "done": Completed = true; break;
            }
        }
        foreach (string line in ReadLines(prefix + ".counts"))
        {
            string[] words = line.Split(' ');
            _counts[Number(words[0])] = long.Parse(words[1], CultureInfo.InvariantCulture);
        }
        Outputs = File.Exists(prefix + ".outputs") ? File.ReadAllBytes(prefix + ".outputs") : [];
    }

    /// <summary>Whether the program came to its end.</summary>
    public bool Completed { get; }

    /// <summary>Whether the program found the dot product instructions.</summary>
    public bool Dotprod { get; }

    /// <summary>The model's outputs one after the other.</summary>
    public byte[] Outputs { get; }

    /// <summary>Instructions of one inference: what the first run alone costs, such as translation of the program by the emulator, does not count.</summary>
    public long Instructions => Enumerable.Range(1, Runs - 1).Sum(i => _counts.GetValueOrDefault(i)) / (Runs - 1);

    /// <summary>Instructions of one part that the program announced by its number.</summary>
    public long CountOf(int bucket) => _counts.GetValueOrDefault(bucket);

    public long InstructionsOf(int op) => _counts.GetValueOrDefault(Runs + op);

    public ulong HashOf(int op, int output) => _hashes.GetValueOrDefault((op, output));

    /// <summary>Number of the operator's kernel, -1 for none.</summary>
    public int KernelOf(int op) => _kernels.GetValueOrDefault(op, -1);

    private static IEnumerable<string> ReadLines(string path) => File.Exists(path) ? File.ReadLines(path) : [];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
