using System.Text.Json;
using EdgeKit.NodeTests;
using EdgeKit.Onnx;
using Google.Protobuf;

// Runs a folder of ONNX's node tests. Usage: DIR [--json]; DIR is searched for folders that hold a model.onnx.
if (args.Length is < 1 or > 2 || (args.Length == 2 && args[1] != "--json"))
{
    Console.Error.WriteLine("usage: tests/run-node-tests DIR [--json]");
    return 2;
}
if (!Directory.Exists(args[0]))
{
    Console.Error.WriteLine($"{args[0]}: there is no such folder");
    return 1;
}
string[] folders = [.. Directory.EnumerateFiles(args[0], "model.onnx", SearchOption.AllDirectories).Select(static f => Path.GetDirectoryName(f)!).Order(StringComparer.Ordinal)];
if (folders.Length == 0)
{
    Console.Error.WriteLine($"{args[0]}: holds no tests (folders with a model.onnx)");
    return 1;
}

List<string> passed = [], byRuntime = [];
SortedDictionary<string, string> disputed = new(StringComparer.Ordinal), failed = new(StringComparer.Ordinal), unsupported = new(StringComparer.Ordinal);
foreach (string folder in folders)
{
    string name = Path.GetFileName(folder);
    try
    {
        NodeTest test = NodeTest.Load(folder);
        (string? failure, bool runtime) = TestRun.Of(test);
        if (failure is not null)
        {
            if (Errata.Of(name) is { } reason) disputed[name] = $"{failure}: {reason}";
            else failed[name] = failure;
            continue;
        }
        passed.Add(name);
        if (runtime) byRuntime.Add(name);
    }
    catch (Exception e) when (e is ModelException or InvalidProtocolBufferException)
    {
        unsupported[name] = e.Message;
    }
    catch (Exception e)
    {
        failed[name] = $"{e.GetType().Name}: {e.Message}";
    }
}

if (args.Length == 2)
{
    Console.WriteLine(JsonSerializer.Serialize(
        new { version = 1, passed = passed.Count, failed = failed.Count, unsupported = unsupported.Count, disputed = disputed.Count, by_runtime = byRuntime.Count, passed_names = passed, runtime_names = byRuntime, failed_names = failed, disputed_names = disputed, unsupported_names = unsupported },
        new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
}
else
{
    foreach ((string name, string reason) in unsupported) Console.WriteLine($"unsupported: {name}: {reason}");
    foreach ((string name, string reason) in disputed) Console.WriteLine($"disputed: {name}: {reason}");
    foreach ((string name, string reason) in failed) Console.WriteLine($"FAILED: {name}: {reason}");
    Console.WriteLine($"{byRuntime.Count} of those that passed also ran compiled, the others in the reference operators alone; {unsupported.Count} are not supported, {disputed.Count} disputed");
    Console.WriteLine($"{passed.Count} passed, {failed.Count} failed");
}
return failed.Count == 0 ? 0 : 1;
