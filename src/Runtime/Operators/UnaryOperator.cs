using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>Elementwise functions of a float tensor. Views of channels are taken on both sides.</summary>
internal static unsafe class UnaryOperator
{
    public static void Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        ElementRows rows = ElementRows.Of(e->Input(op, 0), e->Output(op));
        Work.Plan(e, index, rows.Count, rows.Total);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        TensorRecord* x = e->Input(op, 0), y = e->Output(op);
        ElementRows rows = ElementRows.Of(x, y);
        Work.ToRows(e, index, rows.Count, ref begin, ref end);
        var p = (UnaryParameters*)op->Parameters;
        delegate*<float*, float*, nint, float, float, void> loop = Loop(p);
        for (int row = begin; row < end; row++)
            loop((float*)e->Data(x) + row * rows.InStep, (float*)e->Data(y) + row * rows.OutStep, rows.Width(row), p->A, p->B);
    }

    private static delegate*<float*, float*, nint, float, float, void> Loop(UnaryParameters* p) => p->Function switch
    {
        UnaryFunction.Clip => &UnaryLoop.Run<Clip>,
        UnaryFunction.LeakyRelu => &UnaryLoop.Run<LeakyRelu>,
        UnaryFunction.Elu => &UnaryLoop.Run<Elu>,
        UnaryFunction.Sigmoid => &UnaryLoop.Run<Sigmoid>,
        UnaryFunction.HardSigmoid => &UnaryLoop.Run<HardSigmoid>,
        UnaryFunction.HardSwish => &UnaryLoop.Run<HardSwish>,
        UnaryFunction.Silu => &UnaryLoop.Run<Silu>,
        UnaryFunction.Tanh => &UnaryLoop.Run<Tanh>,
        UnaryFunction.Gelu => p->A == 1 ? &UnaryLoop.Run<TanhGelu> : &UnaryLoop.Run<Gelu>,
        UnaryFunction.Erf => &UnaryLoop.Run<Erf>,
        UnaryFunction.Exp => &UnaryLoop.Run<Exp>,
        UnaryFunction.Log => &UnaryLoop.Run<Log>,
        UnaryFunction.Sqrt => &UnaryLoop.Run<Sqrt>,
        UnaryFunction.Reciprocal => &UnaryLoop.Run<Reciprocal>,
        UnaryFunction.Abs => &UnaryLoop.Run<Abs>,
        UnaryFunction.Neg => &UnaryLoop.Run<Neg>,
        UnaryFunction.Floor => &UnaryLoop.Run<Floor>,
        UnaryFunction.Ceil => &UnaryLoop.Run<Ceil>,
        UnaryFunction.Round => &UnaryLoop.Run<Round>,
        UnaryFunction.Softplus => &UnaryLoop.Run<Softplus>,
        UnaryFunction.Mish => &UnaryLoop.Run<Mish>,
        UnaryFunction.Selu => &UnaryLoop.Run<Selu>,
        UnaryFunction.Softsign => &UnaryLoop.Run<Softsign>,
        _ => &UnaryLoop.Run<Sign>,
    };
}
