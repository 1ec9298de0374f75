using EdgeKit.Runtime.OnnxRuntime;
using Xunit;

namespace EdgeKit.Tests.OnnxRuntime;

public sealed class LibraryLocatorTests : IDisposable
{
    private static readonly string FileName = LibraryLocator.FileNames[0];
    private readonly string _root = Directory.CreateTempSubdirectory("edgekit-locator-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Explicit_path_wins_and_may_be_a_file_or_a_folder()
    {
        string explicitFile = Put("explicit"), environment = Put("environment");
        Assert.Equal(explicitFile, Find(explicitFile, environment));
        Assert.Equal(explicitFile, Find(Path.GetDirectoryName(explicitFile), environment));
    }

    [Fact]
    public void Environment_comes_before_what_lies_beside_the_program()
    {
        string environment = Put("environment");
        Put("app", "runtimes", LibraryLocator.Rid, "native");
        Assert.Equal(environment, Find(null, environment));
    }

    [Fact]
    public void Runtimes_folder_comes_before_the_program_folder_and_the_cache()
    {
        string cache = Put(".cache", "onnxruntime", LibraryLocator.Rid);
        Assert.Equal(cache, Find(null, null));
        string flat = Put("app");
        Assert.Equal(flat, Find(null, null));
        string package = Put("app", "runtimes", LibraryLocator.Rid, "native");
        Assert.Equal(package, Find(null, null));
    }

    [Fact]
    public void Cache_is_found_above_the_current_folder_too()
    {
        string cache = Put("work", ".cache", "onnxruntime", LibraryLocator.Rid);
        Assert.Equal(cache, Find(null, null, current: "work/deep/below"));
    }

    [Fact]
    public void Nothing_found_is_left_to_the_system() => Assert.Null(Find(null, ""));

    [Fact]
    public void Named_path_without_a_library_is_an_error()
    {
        Put("app");
        var e = Assert.Throws<OnnxRuntimeException>(() => Find(null, Path.Combine(_root, "empty")));
        Assert.Equal(OnnxRuntimeError.Library, e.Error);
        Assert.StartsWith("EDGEKIT_ORT=", e.Message, StringComparison.Ordinal);
        Assert.Throws<OnnxRuntimeException>(() => Find(Path.Combine(_root, "nowhere"), null));
    }

    [Fact]
    public void File_that_is_no_library_is_an_error()
    {
        var e = Assert.Throws<OnnxRuntimeException>(() => OrtLibrary.Load(Put("text")));
        Assert.Equal(OnnxRuntimeError.Library, e.Error);
        Assert.DoesNotContain('\n', e.Message);
    }

    private string? Find(string? explicitPath, string? environment, string current = "elsewhere")
        => LibraryLocator.Find(explicitPath, environment, Path.Combine(_root, "app"), Path.Combine(_root, current));

    private string Put(params string[] folders)
    {
        string folder = Directory.CreateDirectory(Path.Combine([_root, .. folders])).FullName;
        string file = Path.Combine(folder, FileName);
        File.WriteAllText(file, "no library");
        return file;
    }
}
