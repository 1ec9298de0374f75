using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeKit.Runtime.Execution;

namespace EdgeKit.Runtime.CApi;

/// <summary>What an <c>edgekit_model</c> pointer stands for: a session and its tensors as C sees them.</summary>
internal sealed unsafe class NativeModel : IDisposable
{
    private readonly NativeTensor[] _inputs;
    private readonly NativeTensor[] _outputs;

    public NativeModel(Session session)
    {
        Session = session;
        _inputs = [.. session.Inputs.Select(Describe)];
        _outputs = [.. session.Outputs.Select(Describe)];
    }

    public Session Session { get; }

    public ReadOnlySpan<NativeTensor> Inputs => _inputs;

    public ReadOnlySpan<NativeTensor> Outputs => _outputs;

    /// <summary>First byte of an input or output; native memory, which does not move.</summary>
    public void* Data(int tensor) => Unsafe.AsPointer(ref MemoryMarshal.GetReference(Session.TensorBytes(tensor)));

    public void Dispose()
    {
        foreach (NativeTensor t in _inputs) NativeMemory.Free(t.Name);
        foreach (NativeTensor t in _outputs) NativeMemory.Free(t.Name);
        Session.Dispose();
    }

    private NativeTensor Describe(int tensor)
    {
        TensorInfo info = Session.Tensors[tensor];
        NativeTensor native = default;
        native.Type = (int)info.Type;
        native.Rank = info.Dims.Length;
        for (int i = 0; i < info.Dims.Length; i++) native.Dims[i] = info.Dims[i];
        native.Scale = info.Scale;
        native.ZeroPoint = info.ZeroPoint;
        native.Order = (int)info.Order;
        native.Bytes = Session.TensorBytes(tensor).Length;
        native.Name = CString.Of(info.Name);
        return native;
    }
}
