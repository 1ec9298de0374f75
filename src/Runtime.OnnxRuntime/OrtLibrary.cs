using System.Runtime.InteropServices;

namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>ONNX Runtime's native library, loaded. Each library is loaded once and stays for the life of the process.</summary>
public sealed unsafe class OrtLibrary
{
    private static readonly Lock LoadLock = new();
    private static readonly Dictionary<string, OrtLibrary> Loaded = [];

    private readonly Lazy<nint> _environment;

    private OrtLibrary(string path, string version, OrtApi api)
    {
        Path = path;
        Version = version;
        Api = api;
        _environment = new Lazy<nint>(api.CreateEnv);
    }

    /// <summary>Where the library was loaded from; a bare file name when the system's loader found it.</summary>
    public string Path { get; }

    /// <summary>ONNX Runtime's version, such as "1.22.0".</summary>
    public string Version { get; }

    /// <summary>The execution providers compiled into the library, by ONNX Runtime's names, such as "CPUExecutionProvider".</summary>
    public IReadOnlyList<string> Providers => Api.AvailableProviders();

    internal OrtApi Api { get; }

    internal nint Environment => _environment.Value;

    /// <summary>
    /// Loads the library from <paramref name="path"/> (a file or a folder), else from what the environment variable EDGEKIT_ORT
    /// names, the program's <c>runtimes/RID/native</c> or own folder, <c>.cache/onnxruntime/RID</c> in a folder above the program or
    /// the current folder, or the system.
    /// </summary>
    /// <exception cref="OnnxRuntimeException">It is nowhere, cannot be loaded, or is older than 1.17.</exception>
    public static OrtLibrary Load(string? path = null)
    {
        string? environment = System.Environment.GetEnvironmentVariable(LibraryLocator.EnvironmentVariable);
        string? file = LibraryLocator.Find(path, environment, AppContext.BaseDirectory, Directory.GetCurrentDirectory());
        lock (LoadLock)
        {
            string key = file ?? LibraryLocator.FileNames[0];
            if (!Loaded.TryGetValue(key, out OrtLibrary? library))
            {
                library = Bind(key, file is null ? LoadFromSystem() : LoadFile(file));
                Loaded.Add(key, library);
            }
            return library;
        }
    }

    private static nint LoadFile(string file)
    {
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new OnnxRuntimeException(OnnxRuntimeError.Library, $"{file}: not a library that this machine ({LibraryLocator.Rid}) can load", e);
        }
    }

    private static nint LoadFromSystem()
    {
        foreach (string name in LibraryLocator.FileNames)
        {
            if (NativeLibrary.TryLoad(name, out nint handle)) return handle;
        }
        throw new OnnxRuntimeException(
            OnnxRuntimeError.Library,
            $"ONNX Runtime's library ({LibraryLocator.FileNames[0]}) was not found: run tests/get-onnxruntime, build with the package Microsoft.ML.OnnxRuntime, or name it by --ort PATH or EDGEKIT_ORT");
    }

    private static OrtLibrary Bind(string path, nint handle)
    {
        if (!NativeLibrary.TryGetExport(handle, "OrtGetApiBase", out nint export))
            throw new OnnxRuntimeException(OnnxRuntimeError.Library, $"{path}: not ONNX Runtime (no OrtGetApiBase in it)");
        void** apiBase = ((delegate* unmanaged<void**>)export)();
        string version = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)apiBase[1])())!;
        void** slots = ((delegate* unmanaged<uint, void**>)apiBase[0])(OrtApi.Version);
        if (slots is null)
            throw new OnnxRuntimeException(OnnxRuntimeError.Library, $"{path}: ONNX Runtime {version} is too old; 1.{OrtApi.Version} or later is needed");
        return new OrtLibrary(path, version, new OrtApi(slots));
    }
}
