using System.Runtime.InteropServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Arm64.Rig;

/// <summary>The executor for main.c, which brings all memory: what Session does on a machine with a managed runtime.</summary>
internal static unsafe class Model
{
    [UnmanagedCallersOnly(EntryPoint = "edgekit_state_bytes")]
    public static long StateBytes(PlanHeader* plan) => sizeof(ExecutionState) + (long)plan->OperatorCount * sizeof(OperatorState);

    [UnmanagedCallersOnly(EntryPoint = "edgekit_arena_bytes")]
    public static long ArenaBytes(PlanHeader* plan) => plan->ArenaBytes;

    /// <summary>Fills the zeroed state; returns the bytes of packed weights.</summary>
    [UnmanagedCallersOnly(EntryPoint = "edgekit_open")]
    public static long Open(ExecutionState* state, PlanHeader* plan, byte* constants, byte* arena)
    {
        state->Tensors = (TensorRecord*)((byte*)plan + plan->TensorsOffset);
        state->Operators = (OperatorRecord*)((byte*)plan + plan->OperatorsOffset);
        state->Operands = (int*)((byte*)plan + plan->OperandsOffset);
        state->OperatorCount = plan->OperatorCount;
        state->Constants = constants;
        state->Arena = arena;
        state->States = (OperatorState*)(state + 1);
        return Executor.PackedBytes(state);
    }

    [UnmanagedCallersOnly(EntryPoint = "edgekit_pack")]
    public static void Pack(ExecutionState* state, byte* packed) => Executor.Prepare(state, packed);

    /// <summary>Copies the inputs, one after the other in <paramref name="bytes"/>, to their places in the arena.</summary>
    [UnmanagedCallersOnly(EntryPoint = "edgekit_set_inputs")]
    public static void SetInputs(ExecutionState* state, PlanHeader* plan, byte* bytes)
    {
        for (int i = 0; i < plan->InputCount; i++)
        {
            TensorRecord* tensor = state->Tensors + state->Operands[i];
            byte* data = state->Data(tensor);
            for (long k = 0; k < tensor->ByteLength; k++) data[k] = *bytes++;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edgekit_run")]
    public static void Run(ExecutionState* state) => Executor.Run(state);

    [UnmanagedCallersOnly(EntryPoint = "edgekit_run_operator")]
    public static void RunOperator(ExecutionState* state, int index) => Executor.RunOperator(state, index);

    [UnmanagedCallersOnly(EntryPoint = "edgekit_operator_count")]
    public static int OperatorCount(ExecutionState* state) => state->OperatorCount;

    /// <summary>Number of the operator's kernel in the registry, -1 for none.</summary>
    [UnmanagedCallersOnly(EntryPoint = "edgekit_kernel")]
    public static int Kernel(ExecutionState* state, int index) => state->States[index].KernelIndex;

    /// <summary>Number of outputs of an operator.</summary>
    [UnmanagedCallersOnly(EntryPoint = "edgekit_output_count")]
    public static int OutputCount(ExecutionState* state, int index) => state->Operators[index].OutputCount;

    /// <summary>Hash of an output of an operator that has just run.</summary>
    [UnmanagedCallersOnly(EntryPoint = "edgekit_hash")]
    public static ulong Hash(ExecutionState* state, int index, int output)
    {
        TensorRecord* tensor = state->Output(state->Operators + index, output);
        return TensorHash.Of(tensor, state->Data(tensor));
    }

    /// <summary>Where output number <paramref name="output"/> of the model lies.</summary>
    [UnmanagedCallersOnly(EntryPoint = "edgekit_output")]
    public static byte* Output(ExecutionState* state, PlanHeader* plan, int output, long* bytes)
    {
        TensorRecord* tensor = state->Tensors + state->Operands[plan->InputCount + output];
        *bytes = tensor->ByteLength;
        return state->Data(tensor);
    }

    [UnmanagedCallersOnly(EntryPoint = "edgekit_model_output_count")]
    public static int ModelOutputCount(PlanHeader* plan) => plan->OutputCount;
}
