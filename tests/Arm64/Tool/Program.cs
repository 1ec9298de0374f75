using EdgeKit.Arm64.Tool;

// Called by tests/Arm64/run, which knows the order of the steps.
switch (args)
{
    case ["patch", string response, string target, string dotprod]:
        CoreLibPatch.Apply(ResponseFile.CoreLibOf(response), target, dotprod == "dotprod");
        return 0;
    case ["response", string response, string project, string libraries, string coreLib, string output, string target, string dotprod]:
        ResponseFile.Rewrite(response, project, libraries, coreLib, output, target, dotprod == "dotprod");
        return 0;
    case ["corelib", string response]:
        Console.WriteLine(ResponseFile.CoreLibOf(response));
        return 0;
    case ["blob", string model, string target]:
        new Model(model).WriteBlob(target);
        return 0;
    case ["report", string format, string layers, .. string[] runs]:
        return Report.Write(runs, format == "json", layers == "layers");
    case ["loop"]:
        foreach (string line in HotLoop.Of(Console.In)) Console.WriteLine(line);
        return 0;
    default:
        Console.Error.WriteLine("unknown step; start tests/Arm64/run");
        return 2;
}
