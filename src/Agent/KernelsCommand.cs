using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent kernels</c>.</summary>
internal static class KernelsCommand
{
    public static void Run(ReadOnlySpan<string> args, TextWriter output)
    {
        var arguments = new Arguments(args, ["--json"], ["--threads"]);
        if (arguments.Rest.Count > 0) throw new UsageException("kernels takes no files");
        if (!arguments.Has("--json"))
        {
            for (int i = 0; i < KernelRegistry.Count; i++) output.WriteLine($"{KernelRegistry.NameOf(i),-32}  {State(i)}");
            return;
        }
        output.WriteLine(JsonText.Of(static json =>
        {
            json.WriteStartArray("kernels");
            for (int i = 0; i < KernelRegistry.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("name", KernelRegistry.NameOf(i));
                json.WriteBoolean("supported", KernelRegistry.At(i).Supported);
                json.WriteBoolean("used", IsUsed(i));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }));
    }

    private static string State(int kernel) => IsUsed(kernel) ? "used" : KernelRegistry.At(kernel).Supported ? "supported" : "not supported";

    private static bool IsUsed(int kernel) => KernelRegistry.IsChosen(kernel);
}
