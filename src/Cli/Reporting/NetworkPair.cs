using EdgeKit.Cli.Models;
using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Reporting;

/// <summary>
/// The float network and the INT8 network side by side, tensor by tensor. The values of the float network are made outputs of its plan, so that no fusion hides
/// them; the INT8 network runs operator by operator, and each tensor is read as soon as it is there.
/// </summary>
internal sealed class NetworkPair : IDisposable
{
    private static readonly string[] Suffixes = ["", "_quantized", "_dequantized", "_QuantizeLinear_Output", "_DequantizeLinear_Output"];

    private readonly Session _float;
    private readonly Session _int8;
    private readonly int?[][] _operands;

    private NetworkPair(Session floatNetwork, Session int8, TensorPair[] pairs, int leftOut)
    {
        _float = floatNetwork;
        _int8 = int8;
        Pairs = pairs;
        LeftOut = leftOut;
        _operands = OperandsOf();
        Reference = new float[pairs.Length][];
        Actual = new float[pairs.Length][];
    }

    /// <summary>The tensors that both networks have.</summary>
    public IReadOnlyList<TensorPair> Pairs { get; }

    /// <summary>Tensors of the INT8 plan that no value of the float graph is found for, most because fusions hide it.</summary>
    public int LeftOut { get; }

    /// <summary>What the float network computed last, by number of the pair, in the model's order.</summary>
    public float[][] Reference { get; }

    /// <summary>What the INT8 network computed last, by number of the pair, in the model's order.</summary>
    public float[][] Actual { get; }

    /// <summary>Matches the tensors of an INT8 plan with the values of a float graph by name and shape.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="int8">The INT8 plan, which this object takes over.</param>
    /// <exception cref="CliException">They do not belong together.</exception>
    public static NetworkPair Create(OnnxModel model, Session int8)
    {
        var pairs = new List<TensorPair>();
        var found = new HashSet<string>(StringComparer.Ordinal);
        int leftOut = 0;
        var writers = new Dictionary<int, List<int>>();
        foreach (int input in int8.Inputs) writers[input] = [];
        for (int i = 0; i < int8.OperatorCount; i++)
        {
            foreach (int output in int8.Operator(i).Outputs)
            {
                if (!writers.TryGetValue(output, out List<int>? all)) writers.Add(output, all = []);
                all.Add(i);
            }
        }
        foreach ((int tensor, List<int> all) in writers.OrderBy(static w => w.Value.Count == 0 ? -1 : w.Value[^1])) Match(tensor, all);
        if (pairs.Count <= leftOut)
        {
            int8.Dispose();
            throw CliException.Failure($"{model.Path}: of {pairs.Count + leftOut} tensors of the INT8 model only {pairs.Count} are found by name; is this the float model that it was made from? (a pruned one in between is named by --pruned)");
        }
        Session floatNetwork = Session.Load(PlanFile.Parse(PlanCompiler.Compile(model.Graph.WithOutputs(pairs.Select(static p => p.Name)), new CompileOptions { Without = Optimizations.All }), model.Path));
        return new NetworkPair(floatNetwork, int8, [.. pairs], leftOut);

        void Match(int tensor, List<int> all)
        {
            TensorInfo info = int8.Tensors[tensor];
            if (info.Type is not (PlanType.Int8 or PlanType.Float)) return;
            Value? value = Suffixes.Where(s => info.Name.EndsWith(s, StringComparison.Ordinal)).Select(s => model.Graph.Find(info.Name[..^s.Length])).FirstOrDefault(v => v is { IsConstant: false, Type: ElementType.Float });
            if (value is not null && Tensor.ElementCount(value.Dims) != info.ElementCount)
            {
                string shapes = $"'{value.Name}' is {InputShape.Format(value.Dims)} in {model.Path} and {InputShape.Format(info.LogicalDims)} in the INT8 model";
                int8.Dispose();
                throw CliException.Failure($"{shapes}: it was made from another model; a pruned one in between is named by --pruned");
            }
            if (value is null || !SameShape(value.Dims, info.LogicalDims)) leftOut++;
            else if (found.Add(value.Name)) pairs.Add(new TensorPair(value.Name, tensor, info, all, all.Count == 0 ? null : int8.Operator(all[^1]).Name));
        }
    }

    /// <summary>Runs both networks on one picture.</summary>
    /// <param name="input">The picture as the models' input, NCHW.</param>
    public void Run(float[] input)
    {
        RunReference(input);
        _int8.SetInput(0, input);
        int next = 0;
        for (; next < Pairs.Count && Pairs[next].Completed < 0; next++) Actual[next] = _int8.GetTensor(Pairs[next].Tensor);
        for (int i = 0; i < _int8.OperatorCount; i++)
        {
            _int8.RunOperator(i);
            for (; next < Pairs.Count && Pairs[next].Completed == i; next++) Actual[next] = _int8.GetTensor(Pairs[next].Tensor);
        }
    }

    /// <summary>Runs the float network alone.</summary>
    public void RunReference(float[] input)
    {
        _float.SetInput(0, input);
        _float.Run();
        for (int i = 0; i < Pairs.Count; i++) Reference[i] = _float.GetOutput(i);
    }

    /// <summary>Computes a tensor of the INT8 network from the float network's operands, <see cref="Reference"/>.</summary>
    /// <returns>Its values; null for an input and where an operand is not known in float.</returns>
    public float[]? RunAlone(int pair)
    {
        TensorPair result = Pairs[pair];
        if (result.Writers.Count == 0 || result.Writers.Any(w => _operands[w].Contains(null))) return null;
        foreach (int writer in result.Writers)
        {
            foreach (int? operand in _operands[writer]) _int8.SetTensor(Pairs[operand!.Value].Tensor, Reference[operand.Value]);
            _int8.RunOperator(writer);
        }
        return _int8.GetTensor(result.Tensor);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _float.Dispose();
        _int8.Dispose();
    }

    // Fully connected layers see a vector as a picture of one pixel.
    private static bool SameShape(int[] a, int[] b) => a.Where(static d => d != 1).SequenceEqual(b.Where(static d => d != 1));

    /// <summary>The pairs that each operator reads; null for a computed tensor that is no pair, or cannot be set.</summary>
    private int?[][] OperandsOf()
    {
        var memory = _int8.ArenaSpans().ToDictionary(static s => s.Tensor, static s => (s.Offset, s.Bytes));
        // The tensor that lies in a piece of memory, as operators run: another tensor with the same memory is a view of it.
        var holders = new Dictionary<(long, long), int>();
        foreach (int input in _int8.Inputs) holders[memory[input]] = input;
        var pairs = Pairs.Select(static (p, i) => (p, i)).Where(static e => e.p.IsDense).ToDictionary(static e => e.p.Tensor, static e => e.i);
        int?[][] operands = new int?[_int8.OperatorCount][];
        for (int i = 0; i < operands.Length; i++)
        {
            OperatorInfo op = _int8.Operator(i);
            operands[i] = [.. op.Inputs.Where(memory.ContainsKey).Select(t => pairs.TryGetValue(holders.GetValueOrDefault(memory[t], t), out int pair) ? pair : (int?)null)];
            foreach (int output in op.Outputs) holders[memory[output]] = output;
        }
        return operands;
    }
}
