using System.Runtime.InteropServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.CApi;

/// <summary>The functions of edgekit.h, which documents them. No exception leaves them.</summary>
internal static unsafe class NativeApi
{
    private const int Ok = 0;
    private const int Failure = 1;
    private const int BadArgument = 2;
    private const int BadModel = 4;
    private const int MaxThreads = 64;

    private static readonly byte* Version = CString.Of(ProductVersion.Text);

    [UnmanagedCallersOnly(EntryPoint = "edgekit_load")]
    public static int Load(byte* path, int threads, nint* model)
    {
        if (path == null) return NoModel(model, "path is null");
        return Load(() => PlanFile.Load(Marshal.PtrToStringUTF8((nint)path)!), threads, model);
    }

    [UnmanagedCallersOnly(EntryPoint = "edgekit_load_memory")]
    public static int LoadMemory(byte* data, nuint bytes, int threads, nint* model)
    {
        if (data == null) return NoModel(model, "data is null");
        if (bytes > (nuint)Array.MaxLength) return NoModel(model, "data is too large");
        return Load(() => PlanFile.Parse(new ReadOnlySpan<byte>(data, (int)bytes), "model"), threads, model);
    }

    [UnmanagedCallersOnly(EntryPoint = "edgekit_input_count")]
    public static int InputCount(nint model) => model == 0 ? -1 : Of(model).Inputs.Length;

    [UnmanagedCallersOnly(EntryPoint = "edgekit_output_count")]
    public static int OutputCount(nint model) => model == 0 ? -1 : Of(model).Outputs.Length;

    [UnmanagedCallersOnly(EntryPoint = "edgekit_describe_input")]
    public static int DescribeInput(nint model, int index, NativeTensor* tensor) => Describe(model == 0 ? default : Of(model).Inputs, index, tensor);

    [UnmanagedCallersOnly(EntryPoint = "edgekit_describe_output")]
    public static int DescribeOutput(nint model, int index, NativeTensor* tensor) => Describe(model == 0 ? default : Of(model).Outputs, index, tensor);

    [UnmanagedCallersOnly(EntryPoint = "edgekit_input_data")]
    public static void* InputData(nint model, int index) => Data(model, model == 0 ? [] : Of(model).Session.Inputs, index);

    [UnmanagedCallersOnly(EntryPoint = "edgekit_output_data")]
    public static void* OutputData(nint model, int index) => Data(model, model == 0 ? [] : Of(model).Session.Outputs, index);

    [UnmanagedCallersOnly(EntryPoint = "edgekit_run")]
    public static int Run(nint model)
    {
        if (model == 0) return Bad("model is null");
        Of(model).Session.Run();
        return Ok;
    }

    [UnmanagedCallersOnly(EntryPoint = "edgekit_free")]
    public static void Free(nint model)
    {
        if (model == 0) return;
        Of(model).Dispose();
        GCHandle.FromIntPtr(model).Free();
    }

    [UnmanagedCallersOnly(EntryPoint = "edgekit_last_error")]
    public static byte* Error() => LastError.Pointer;

    [UnmanagedCallersOnly(EntryPoint = "edgekit_version")]
    public static byte* VersionText() => Version;

    private static NativeModel Of(nint model) => (NativeModel)GCHandle.FromIntPtr(model).Target!;

    private static int Load(Func<PlanFile> read, int threads, nint* model)
    {
        if (threads is < 1 or > MaxThreads) return NoModel(model, $"{threads} threads; 1 to {MaxThreads} are possible");
        if (model == null) return Bad("out is null");
        *model = 0;
        try
        {
            *model = GCHandle.ToIntPtr(GCHandle.Alloc(new NativeModel(Session.Load(read(), new SessionOptions { Threads = threads }))));
            return Ok;
        }
        catch (PlanException e)
        {
            LastError.Set(e.Message);
            return BadModel;
        }
        catch (Exception e)
        {
            LastError.Set(e.Message);
            return Failure;
        }
    }

    private static int NoModel(nint* model, string problem)
    {
        if (model != null) *model = 0;
        return Bad(problem);
    }

    private static int Describe(ReadOnlySpan<NativeTensor> tensors, int index, NativeTensor* tensor)
    {
        if (tensor == null) return Bad("out is null");
        if ((uint)index >= (uint)tensors.Length) return Bad($"there is no tensor {index} among {tensors.Length}");
        *tensor = tensors[index];
        return Ok;
    }

    private static void* Data(nint model, IReadOnlyList<int> tensors, int index)
    {
        if ((uint)index < (uint)tensors.Count) return Of(model).Data(tensors[index]);
        Bad($"there is no tensor {index} among {tensors.Count}");
        return null;
    }

    private static int Bad(string problem)
    {
        LastError.Set(problem);
        return BadArgument;
    }
}
