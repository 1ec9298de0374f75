using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Ir;

/// <summary>The plan under construction: operators in order of execution, inputs and outputs. Tensors are those the operators name.</summary>
internal sealed class PlanBuilder
{
    public List<PlanOperator> Operators { get; } = [];

    public List<PlanTensor> Inputs { get; } = [];

    public List<PlanTensor> Outputs { get; } = [];

    public void Emit<T>(OperatorKind kind, string name, PlanTensor[] inputs, PlanTensor output, T parameters) where T : unmanaged =>
        Operators.Add(PlanOperator.Create(kind, name, inputs, output, parameters));

    public void Emit(OperatorKind kind, string name, PlanTensor[] inputs, PlanTensor output) => Operators.Add(new PlanOperator(kind, name, inputs, output, []));

    /// <summary>Every tensor, each once, in order of first mention.</summary>
    public List<PlanTensor> Tensors()
    {
        var seen = new HashSet<PlanTensor>(ReferenceEqualityComparer.Instance);
        var list = new List<PlanTensor>();
        void Add(PlanTensor t)
        {
            if (seen.Add(t)) list.Add(t);
        }
        Inputs.ForEach(Add);
        foreach (PlanOperator op in Operators)
        {
            foreach (PlanTensor t in op.Inputs) Add(t);
            Add(op.Output);
        }
        Outputs.ForEach(Add);
        return list;
    }
}
