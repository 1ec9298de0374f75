using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>
/// ONNX Runtime's C API as function pointers. The table only ever grows at its end, so a slot's number (the position in
/// <c>struct OrtApi</c> of onnxruntime_c_api.h) holds for every later version.
/// </summary>
internal sealed unsafe class OrtApi
{
    /// <summary>The table's version asked for: ONNX Runtime 1.17 and later have it.</summary>
    internal const uint Version = 17;

    private const int GetErrorMessageSlot = 2;
    private const int CreateEnvWithCustomLoggerSlot = 4;
    private const int CreateSessionSlot = 7;
    private const int CreateSessionFromArraySlot = 8;
    private const int RunSlot = 9;
    private const int CreateSessionOptionsSlot = 10;
    private const int SetOptimizedModelFilePathSlot = 11;
    private const int SetSessionGraphOptimizationLevelSlot = 23;
    private const int SetIntraOpNumThreadsSlot = 24;
    private const int SetInterOpNumThreadsSlot = 25;
    private const int SessionGetInputCountSlot = 30;
    private const int SessionGetOutputCountSlot = 31;
    private const int SessionGetInputTypeInfoSlot = 33;
    private const int SessionGetOutputTypeInfoSlot = 34;
    private const int SessionGetInputNameSlot = 36;
    private const int SessionGetOutputNameSlot = 37;
    private const int CreateTensorWithDataAsOrtValueSlot = 49;
    private const int GetTensorMutableDataSlot = 51;
    private const int CastTypeInfoToTensorInfoSlot = 55;
    private const int GetTensorElementTypeSlot = 60;
    private const int GetDimensionsCountSlot = 61;
    private const int GetDimensionsSlot = 62;
    private const int GetTensorTypeAndShapeSlot = 65;
    private const int GetValueTypeSlot = 67;
    private const int CreateCpuMemoryInfoSlot = 69;
    private const int AllocatorFreeSlot = 76;
    private const int GetAllocatorWithDefaultOptionsSlot = 78;
    private const int ReleaseStatusSlot = 93;
    private const int ReleaseMemoryInfoSlot = 94;
    private const int ReleaseSessionSlot = 95;
    private const int ReleaseValueSlot = 96;
    private const int ReleaseTypeInfoSlot = 98;
    private const int ReleaseTensorTypeAndShapeInfoSlot = 99;
    private const int ReleaseSessionOptionsSlot = 100;
    private const int GetAvailableProvidersSlot = 125;
    private const int ReleaseAvailableProvidersSlot = 126;
    private const int AddSessionConfigEntrySlot = 130;
    private const int AppendTensorRtV2Slot = 170;
    private const int CreateTensorRtOptionsSlot = 171;
    private const int ReleaseTensorRtOptionsSlot = 174;
    private const int AppendCudaV2Slot = 204;
    private const int CreateCudaOptionsSlot = 205;
    private const int ReleaseCudaOptionsSlot = 208;
    private const int AppendExecutionProviderSlot = 216;

    private const int LogLevelError = 3;
    private const int OnnxTypeTensor = 1;
    private const int ArenaAllocator = 1;
    private const int MemTypeDefault = 0;

    private readonly void** _slots;

    internal OrtApi(void** slots) => _slots = slots;

    /// <summary>Makes the process's environment; what ONNX Runtime would log is dropped, since every failure comes back as a status.</summary>
    internal nint CreateEnv()
    {
        nint env;
        fixed (byte* id = "edgekit\0"u8)
        {
            var create = (delegate* unmanaged<delegate* unmanaged<nint, int, nint, nint, nint, nint, void>, nint, int, byte*, nint*, nint>)_slots[CreateEnvWithCustomLoggerSlot];
            Check(create(&DropMessage, 0, LogLevelError, id, &env), OnnxRuntimeError.Library);
        }
        return env;
    }

    internal nint CreateSession(nint env, string path, nint options)
    {
        nint session;
        nint native = PathToNative(path);
        try
        {
            var create = (delegate* unmanaged<nint, nint, nint, nint*, nint>)_slots[CreateSessionSlot];
            Check(create(env, native, options, &session), OnnxRuntimeError.Model, path);
        }
        finally
        {
            Marshal.FreeCoTaskMem(native);
        }
        return session;
    }

    internal nint CreateSession(nint env, ReadOnlySpan<byte> model, string name, nint options)
    {
        nint session;
        fixed (byte* bytes = model)
        {
            var create = (delegate* unmanaged<nint, void*, nuint, nint, nint*, nint>)_slots[CreateSessionFromArraySlot];
            Check(create(env, bytes, (nuint)model.Length, options, &session), OnnxRuntimeError.Model, name);
        }
        return session;
    }

    internal nint CreateSessionOptions() => Create(CreateSessionOptionsSlot, OnnxRuntimeError.Library);

    internal void SetOptimization(nint options, GraphOptimization level) => Set(SetSessionGraphOptimizationLevelSlot, options, (int)level);

    internal void SetThreads(nint options, int threads)
    {
        Set(SetIntraOpNumThreadsSlot, options, threads);
        Set(SetInterOpNumThreadsSlot, options, 1);
    }

    internal void SetOptimizedModelPath(nint options, string path)
    {
        nint native = PathToNative(path);
        var set = (delegate* unmanaged<nint, nint, nint>)_slots[SetOptimizedModelFilePathSlot];
        nint status = set(options, native);
        Marshal.FreeCoTaskMem(native);
        Check(status, OnnxRuntimeError.Library);
    }

    internal void SetConfig(nint options, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key, v = value)
            Check(((delegate* unmanaged<nint, byte*, byte*, nint>)_slots[AddSessionConfigEntrySlot])(options, k, v), OnnxRuntimeError.Library);
    }

    internal string[] AvailableProviders()
    {
        byte** names;
        int count;
        Check(((delegate* unmanaged<byte***, int*, nint>)_slots[GetAvailableProvidersSlot])(&names, &count), OnnxRuntimeError.Library);
        var result = new string[count];
        for (int i = 0; i < count; i++) result[i] = Marshal.PtrToStringUTF8((nint)names[i])!;
        Check(((delegate* unmanaged<byte**, int, nint>)_slots[ReleaseAvailableProvidersSlot])(names, count), OnnxRuntimeError.Library);
        return result;
    }

    internal void AppendCuda(nint options) => AppendWithOptions(options, CreateCudaOptionsSlot, AppendCudaV2Slot, ReleaseCudaOptionsSlot);

    internal void AppendTensorRt(nint options) => AppendWithOptions(options, CreateTensorRtOptionsSlot, AppendTensorRtV2Slot, ReleaseTensorRtOptionsSlot);

    internal void AppendXnnpack(nint options, int threads)
    {
        nint count = Marshal.StringToCoTaskMemUTF8(threads.ToString(System.Globalization.CultureInfo.InvariantCulture));
        nint status;
        fixed (byte* name = "XNNPACK\0"u8, key = "intra_op_num_threads\0"u8)
        {
            byte* keys = key;
            byte* values = (byte*)count;
            status = ((delegate* unmanaged<nint, byte*, byte**, byte**, nuint, nint>)_slots[AppendExecutionProviderSlot])(options, name, &keys, &values, 1);
        }
        Marshal.FreeCoTaskMem(count);
        Check(status, OnnxRuntimeError.Provider);
    }

    internal int InputCount(nint session) => Count(SessionGetInputCountSlot, session);

    internal int OutputCount(nint session) => Count(SessionGetOutputCountSlot, session);

    internal OrtValueInfo InputInfo(nint session, int index) => ValueInfo(session, index, SessionGetInputNameSlot, SessionGetInputTypeInfoSlot);

    internal OrtValueInfo OutputInfo(nint session, int index) => ValueInfo(session, index, SessionGetOutputNameSlot, SessionGetOutputTypeInfoSlot);

    internal nint CreateCpuMemoryInfo()
    {
        nint info;
        Check(((delegate* unmanaged<int, int, nint*, nint>)_slots[CreateCpuMemoryInfoSlot])(ArenaAllocator, MemTypeDefault, &info), OnnxRuntimeError.Library);
        return info;
    }

    /// <summary>A value over the caller's memory, which must outlive it.</summary>
    internal nint CreateTensor(nint memoryInfo, void* data, nuint bytes, ReadOnlySpan<int> shape, int elementType)
    {
        Span<long> dimensions = shape.Length <= 16 ? stackalloc long[shape.Length] : new long[shape.Length];
        for (int i = 0; i < shape.Length; i++) dimensions[i] = shape[i];
        nint value;
        fixed (long* d = dimensions)
        {
            var create = (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_slots[CreateTensorWithDataAsOrtValueSlot];
            Check(create(memoryInfo, data, bytes, d, (nuint)shape.Length, elementType, &value), OnnxRuntimeError.Run);
        }
        return value;
    }

    /// <summary>Runs; an output that is 0 on entry is allocated, another is written in place.</summary>
    internal void Run(nint session, ReadOnlySpan<nint> inputNames, ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputNames, Span<nint> outputs)
    {
        fixed (nint* names = inputNames, values = inputs, outNames = outputNames, outValues = outputs)
        {
            var run = (delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)_slots[RunSlot];
            Check(run(session, 0, names, values, (nuint)inputs.Length, outNames, (nuint)outputs.Length, outValues), OnnxRuntimeError.Run);
        }
    }

    /// <summary>Copies a value out into managed memory.</summary>
    internal OrtTensor ReadTensor(string name, nint value)
    {
        int kind;
        Check(((delegate* unmanaged<nint, int*, nint>)_slots[GetValueTypeSlot])(value, &kind), OnnxRuntimeError.Run);
        if (kind != OnnxTypeTensor) throw new OnnxRuntimeException(OnnxRuntimeError.Run, $"output '{name}' is no tensor");
        nint info;
        Check(((delegate* unmanaged<nint, nint*, nint>)_slots[GetTensorTypeAndShapeSlot])(value, &info), OnnxRuntimeError.Run);
        (int elementType, long[] dimensions) = TensorInfo(info);
        Release(ReleaseTensorTypeAndShapeInfoSlot, info);

        int size = OrtElementType.SizeOf(elementType);
        if (size == 0) throw new OnnxRuntimeException(OnnxRuntimeError.Run, $"output '{name}': element type {elementType} is not supported");
        var shape = new int[dimensions.Length];
        long bytes = size;
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = checked((int)dimensions[i]);
            bytes = checked(bytes * shape[i]);
        }
        if (bytes > Array.MaxLength) throw new OnnxRuntimeException(OnnxRuntimeError.Run, $"output '{name}' takes {bytes} bytes, over the limit of {Array.MaxLength}");
        void* data;
        Check(((delegate* unmanaged<nint, void**, nint>)_slots[GetTensorMutableDataSlot])(value, &data), OnnxRuntimeError.Run);
        return new OrtTensor(name, elementType, shape, new ReadOnlySpan<byte>(data, (int)bytes).ToArray());
    }

    internal void ReleaseSession(nint session) => Release(ReleaseSessionSlot, session);

    internal void ReleaseSessionOptions(nint options) => Release(ReleaseSessionOptionsSlot, options);

    internal void ReleaseMemoryInfo(nint info) => Release(ReleaseMemoryInfoSlot, info);

    internal void ReleaseValue(nint value) => Release(ReleaseValueSlot, value);

    [UnmanagedCallersOnly]
    private static void DropMessage(nint parameter, int severity, nint category, nint logId, nint location, nint message)
    {
    }

    /// <summary>ORTCHAR_T* is UTF-16 on Windows and UTF-8 elsewhere.</summary>
    private static nint PathToNative(string path)
        => OperatingSystem.IsWindows() ? Marshal.StringToCoTaskMemUni(path) : Marshal.StringToCoTaskMemUTF8(path);

    private void AppendWithOptions(nint options, int createSlot, int appendSlot, int releaseSlot)
    {
        nint provider = Create(createSlot, OnnxRuntimeError.Provider);
        nint status = ((delegate* unmanaged<nint, nint, nint>)_slots[appendSlot])(options, provider);
        Release(releaseSlot, provider);
        Check(status, OnnxRuntimeError.Provider);
    }

    private OrtValueInfo ValueInfo(nint session, int index, int nameSlot, int typeSlot)
    {
        nint allocator = Create(GetAllocatorWithDefaultOptionsSlot, OnnxRuntimeError.Library);
        nint text;
        Check(((delegate* unmanaged<nint, nuint, nint, nint*, nint>)_slots[nameSlot])(session, (nuint)index, allocator, &text), OnnxRuntimeError.Model);
        string name = Marshal.PtrToStringUTF8(text)!;
        Check(((delegate* unmanaged<nint, nint, nint>)_slots[AllocatorFreeSlot])(allocator, text), OnnxRuntimeError.Library);

        nint type;
        Check(((delegate* unmanaged<nint, nuint, nint*, nint>)_slots[typeSlot])(session, (nuint)index, &type), OnnxRuntimeError.Model);
        nint tensor;
        Check(((delegate* unmanaged<nint, nint*, nint>)_slots[CastTypeInfoToTensorInfoSlot])(type, &tensor), OnnxRuntimeError.Model);
        (int elementType, long[] dimensions) = tensor == 0 ? (0, []) : TensorInfo(tensor);
        Release(ReleaseTypeInfoSlot, type);
        return new OrtValueInfo(name, elementType, Array.ConvertAll(dimensions, d => d is >= 0 and <= int.MaxValue ? (int)d : -1));
    }

    private (int ElementType, long[] Dimensions) TensorInfo(nint info)
    {
        int elementType;
        nuint rank;
        Check(((delegate* unmanaged<nint, int*, nint>)_slots[GetTensorElementTypeSlot])(info, &elementType), OnnxRuntimeError.Run);
        Check(((delegate* unmanaged<nint, nuint*, nint>)_slots[GetDimensionsCountSlot])(info, &rank), OnnxRuntimeError.Run);
        var dimensions = new long[rank];
        fixed (long* d = dimensions)
            Check(((delegate* unmanaged<nint, long*, nuint, nint>)_slots[GetDimensionsSlot])(info, d, rank), OnnxRuntimeError.Run);
        return (elementType, dimensions);
    }

    private nint Create(int slot, OnnxRuntimeError error)
    {
        nint created;
        Check(((delegate* unmanaged<nint*, nint>)_slots[slot])(&created), error);
        return created;
    }

    private void Set(int slot, nint options, int value)
        => Check(((delegate* unmanaged<nint, int, nint>)_slots[slot])(options, value), OnnxRuntimeError.Library);

    private int Count(int slot, nint session)
    {
        nuint count;
        Check(((delegate* unmanaged<nint, nuint*, nint>)_slots[slot])(session, &count), OnnxRuntimeError.Model);
        return (int)count;
    }

    private void Release(int slot, nint handle) => ((delegate* unmanaged<nint, void>)_slots[slot])(handle);

    /// <summary>Turns a status other than null into an exception of one line.</summary>
    private void Check(nint status, OnnxRuntimeError error, string? subject = null)
    {
        if (status == 0) return;
        nint text = ((delegate* unmanaged<nint, nint>)_slots[GetErrorMessageSlot])(status);
        string message = string.Join(' ', (Marshal.PtrToStringUTF8(text) ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Release(ReleaseStatusSlot, status);
        throw new OnnxRuntimeException(error, subject is null ? $"ONNX Runtime: {message}" : $"{subject}: ONNX Runtime: {message}");
    }
}
