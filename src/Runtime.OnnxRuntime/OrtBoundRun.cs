using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>
/// A session with its inputs in place, for timing: <see cref="RunOnce"/> copies and allocates nothing on this side. The first run lets
/// ONNX Runtime allocate the outputs, later runs write into the same memory.
/// </summary>
public sealed unsafe class OrtBoundRun : IDisposable
{
    private readonly OrtSession _session;
    private readonly string[] _outputs;
    private readonly GCHandle[] _pins;
    private readonly nint[] _inputNames;
    private readonly nint[] _inputValues;
    private readonly nint[] _outputNames;
    private readonly nint[] _outputValues;
    private bool _disposed;

    internal OrtBoundRun(OrtSession session, IReadOnlyList<OrtTensor> inputs, IReadOnlyList<string> outputs)
    {
        _session = session;
        _outputs = [.. outputs];
        _pins = new GCHandle[inputs.Count];
        _inputNames = [.. inputs.Select(i => session.NativeName(i.Name))];
        _inputValues = new nint[inputs.Count];
        _outputNames = [.. outputs.Select(session.NativeName)];
        _outputValues = new nint[outputs.Count];
        nint memory = session.Api.CreateCpuMemoryInfo();
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                OrtTensor input = inputs[i];
                _pins[i] = GCHandle.Alloc(input.Data, GCHandleType.Pinned);
                _inputValues[i] = session.Api.CreateTensor(memory, (void*)_pins[i].AddrOfPinnedObject(), (nuint)input.Data.Length, input.Shape, input.ElementType);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            session.Api.ReleaseMemoryInfo(memory);
        }
    }

    /// <summary>Runs on what the input tensors' <see cref="OrtTensor.Data"/> hold now.</summary>
    /// <exception cref="OnnxRuntimeException">An operator failed, an input has the wrong type or shape, or an output changed its shape since the first run.</exception>
    public void RunOnce()
    {
        ObjectDisposedException.ThrowIf(_disposed || _session.Handle == 0, this);
        _session.Api.Run(_session.Handle, _inputNames, _inputValues, _outputNames, _outputValues);
    }

    /// <summary>Copies the last run's outputs, in the order they were asked for.</summary>
    /// <exception cref="OnnxRuntimeException">Nothing was run yet, or an output is no tensor of a supported type.</exception>
    public OrtTensor[] ReadOutputs()
    {
        ObjectDisposedException.ThrowIf(_disposed || _session.Handle == 0, this);
        var tensors = new OrtTensor[_outputs.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            if (_outputValues[i] == 0) throw new OnnxRuntimeException(OnnxRuntimeError.Run, $"output '{_outputs[i]}' has no value");
            tensors[i] = _session.Api.ReadTensor(_outputs[i], _outputValues[i]);
        }
        return tensors;
    }

    /// <summary>Frees the outputs and unpins the inputs.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (nint value in _inputValues.Concat(_outputValues))
        {
            if (value != 0) _session.Api.ReleaseValue(value);
        }
        foreach (GCHandle pin in _pins)
        {
            if (pin.IsAllocated) pin.Free();
        }
    }
}
