using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>A model loaded into ONNX Runtime.</summary>
public sealed class OrtSession : IDisposable
{
    private readonly Dictionary<string, nint> _nativeNames = [];

    private OrtSession(OrtLibrary library, OrtOptions options, Func<nint, nint> create)
    {
        Library = library;
        Handle = WithOptions(library.Api, library.Providers, options, create);
        Inputs = [.. Enumerable.Range(0, Api.InputCount(Handle)).Select(i => Api.InputInfo(Handle, i))];
        Outputs = [.. Enumerable.Range(0, Api.OutputCount(Handle)).Select(i => Api.OutputInfo(Handle, i))];
        foreach (OrtValueInfo info in Inputs.Concat(Outputs))
        {
            if (!_nativeNames.ContainsKey(info.Name)) _nativeNames.Add(info.Name, Marshal.StringToCoTaskMemUTF8(info.Name));
        }
    }

    /// <summary>The library that the session runs in.</summary>
    public OrtLibrary Library { get; }

    /// <summary>The inputs that a run must be given.</summary>
    public IReadOnlyList<OrtValueInfo> Inputs { get; }

    /// <summary>The outputs that a run gives.</summary>
    public IReadOnlyList<OrtValueInfo> Outputs { get; }

    internal nint Handle { get; private set; }

    internal OrtApi Api => Library.Api;

    /// <summary>Loads a model from a file.</summary>
    /// <exception cref="OnnxRuntimeException">No library, a provider that is not there, or a model that ONNX Runtime refuses.</exception>
    public static OrtSession FromFile(string path, OrtOptions? options = null, OrtLibrary? library = null)
    {
        if (!File.Exists(path)) throw new OnnxRuntimeException(OnnxRuntimeError.Model, $"{path}: no such file");
        library ??= OrtLibrary.Load();
        return new OrtSession(library, options ?? new OrtOptions(), native => library.Api.CreateSession(library.Environment, path, native));
    }

    /// <summary>Loads a model from memory; <paramref name="name"/> stands for it in messages.</summary>
    /// <exception cref="OnnxRuntimeException">No library, a provider that is not there, or a model that ONNX Runtime refuses.</exception>
    public static OrtSession FromBytes(byte[] model, OrtOptions? options = null, OrtLibrary? library = null, string name = "model")
    {
        library ??= OrtLibrary.Load();
        return new OrtSession(library, options ?? new OrtOptions(), native => library.Api.CreateSession(library.Environment, model, name, native));
    }

    /// <summary>Runs once.</summary>
    /// <param name="inputs">One tensor for each of <see cref="Inputs"/>, in any order.</param>
    /// <param name="outputs">Names of the outputs wanted; all of them when null.</param>
    /// <returns>The outputs in the order asked for, in memory of their own.</returns>
    /// <exception cref="OnnxRuntimeException">An input or output that the model does not have, a missing input, a wrong type or shape, or a failing operator.</exception>
    public OrtTensor[] Run(IReadOnlyList<OrtTensor> inputs, IReadOnlyList<string>? outputs = null)
    {
        using OrtBoundRun run = Bind(inputs, outputs);
        run.RunOnce();
        return run.ReadOutputs();
    }

    /// <summary>Prepares repeated runs on the same inputs; dispose the result before the session. Parameters and exceptions as <see cref="Run"/>.</summary>
    public OrtBoundRun Bind(IReadOnlyList<OrtTensor> inputs, IReadOnlyList<string>? outputs = null)
    {
        ObjectDisposedException.ThrowIf(Handle == 0, this);
        foreach (OrtTensor input in inputs) Require(Inputs, input.Name, "input");
        foreach (OrtValueInfo declared in Inputs)
        {
            if (!inputs.Any(i => i.Name == declared.Name)) throw new OnnxRuntimeException(OnnxRuntimeError.Run, $"input '{declared.Name}' was not given");
        }
        outputs ??= [.. Outputs.Select(o => o.Name)];
        foreach (string output in outputs) Require(Outputs, output, "output");
        return new OrtBoundRun(this, inputs, outputs);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        if (Handle == 0) return;
        Api.ReleaseSession(Handle);
        Handle = 0;
        foreach (nint name in _nativeNames.Values) Marshal.FreeCoTaskMem(name);
        _nativeNames.Clear();
    }

    internal nint NativeName(string name) => _nativeNames[name];

    private static void Require(IReadOnlyList<OrtValueInfo> declared, string name, string what)
    {
        if (!declared.Any(d => d.Name == name))
            throw new OnnxRuntimeException(OnnxRuntimeError.Run, $"the model has no {what} '{name}'; it has {string.Join(", ", declared.Select(d => d.Name))}");
    }

    private static nint WithOptions(OrtApi api, IReadOnlyList<string> available, OrtOptions options, Func<nint, nint> create)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, nameof(options));
        nint native = api.CreateSessionOptions();
        try
        {
            // XNNPACK brings its own threads; ONNX Runtime's documentation of it says to keep the two pools from competing.
            bool ownThreads = options.Provider == ExecutionProvider.Xnnpack;
            api.SetThreads(native, ownThreads ? 1 : options.Threads);
            api.SetConfig(native, "session.intra_op.allow_spinning\0"u8, options.Spin && !ownThreads ? "1\0"u8 : "0\0"u8);
            api.SetConfig(native, "session.x64quantprecision\0"u8, options.ExactX64 ? "1\0"u8 : "0\0"u8);
            api.SetOptimization(native, options.Optimization);
            if (options.OptimizedModelPath is { } path) api.SetOptimizedModelPath(native, path);
            Append(api, available, native, options);
            return create(native);
        }
        finally
        {
            api.ReleaseSessionOptions(native);
        }
    }

    private static void Append(OrtApi api, IReadOnlyList<string> available, nint native, OrtOptions options)
    {
        switch (options.Provider)
        {
            case ExecutionProvider.Xnnpack:
                Start("XnnpackExecutionProvider", available, () => api.AppendXnnpack(native, options.Threads));
                break;
            case ExecutionProvider.Cuda:
                Start("CUDAExecutionProvider", available, () => api.AppendCuda(native));
                break;
            case ExecutionProvider.TensorRt:
                Start("TensorrtExecutionProvider", available, () => api.AppendTensorRt(native));
                Start("CUDAExecutionProvider", available, () => api.AppendCuda(native));
                break;
        }
    }

    private static void Start(string name, IReadOnlyList<string> available, Action append)
    {
        if (!available.Contains(name))
            throw new OnnxRuntimeException(OnnxRuntimeError.Provider, $"{name} is not in this build of ONNX Runtime, which has {string.Join(", ", available)}; name another build by --ort PATH or EDGEKIT_ORT");
        try
        {
            append();
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxRuntimeException(OnnxRuntimeError.Provider, $"{name} does not start on this machine ({e.Message}): its own library must lie beside ONNX Runtime's, and the vendor's libraries and device must be there", e);
        }
    }
}
