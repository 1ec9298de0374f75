using EdgeKit.Arm64.Tool;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels;

// Called by tests/Arm64/run, which knows the order of the steps.
switch (args)
{
    case ["patch", string response, string target]:
        CoreLibPatch.Apply(ResponseFile.CoreLibOf(response), target);
        return 0;
    case ["response", string response, string project, string libraries, string coreLib, string output, string target]:
        ResponseFile.Rewrite(response, project, libraries, coreLib, output, target);
        return 0;
    case ["corelib", string response]:
        Console.WriteLine(ResponseFile.CoreLibOf(response));
        return 0;
    case ["blob", string model, string target]:
        new Model(model).WriteBlob(target);
        return 0;
    case ["memory", string model]:
        using (Session session = Session.Load(model)) session.Run();
        Console.WriteLine(File.ReadLines("/proc/self/status").First(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        return 0;
    case ["kernels", string part]:
        for (int i = 0; i <= KernelRegistry.Count; i++)
        {
            if (KernelResult.NameOf(i).Contains(part, StringComparison.Ordinal)) Console.WriteLine(i);
        }
        return 0;
    case ["camera", string model, string size]:
        (int width, int height) = CameraResult.Parse(size);
        (int inputWidth, int inputHeight) = new Model(model).PictureSize;
        Console.WriteLine($"{width} {inputWidth} {CameraResult.Taps(width, inputWidth)} {CameraResult.Taps(height, inputHeight)}");
        return 0;
    case ["report", string list, string format, string layers]:
        var results = new Results(list);
        Report.Write(results, format == "json", layers == "layers");
        return results.Failures.Count > 0 ? 1 : 0;
    case ["claims", string list]:
        var measured = new Results(list);
        new Claims(measured).Write();
        Console.WriteLine($"{measured.Passed} passed, {measured.Failures.Count} failed");
        return measured.Failures.Count > 0 ? 1 : 0;
    case ["loop"]:
        foreach (string line in HotLoop.Of(Console.In)) Console.WriteLine(line);
        return 0;
    default:
        Console.Error.WriteLine("unknown step; start tests/Arm64/run");
        return 2;
}
