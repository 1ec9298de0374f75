using EdgeKit.Devices;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent slots</c>: which models are stored, and which is used. Fails where the one to be used is not whole.</summary>
internal static class SlotsCommand
{
    public static void Run(ReadOnlySpan<string> args, TextWriter output)
    {
        var arguments = new Arguments(args, ["--json"], ["--slots"]);
        string folder = arguments.Text("--slots") ?? throw new UsageException("slots needs --slots DIR");
        if (arguments.Rest.Count > 0) throw new UsageException("slots takes no files: edgekit-agent slots --slots DIR");
        var slots = new ModelSlots(folder);
        SlotModel current = slots.Current() ?? throw new SlotException($"{folder}: holds no models; put one there with edgekit-agent update");
        string? a = slots.ProblemOf('a'), b = slots.ProblemOf('b');
        if (arguments.Has("--json"))
        {
            output.WriteLine(JsonText.Of(json =>
            {
                json.WriteString("slot", $"{current.Slot}");
                json.WriteString("sha256", current.Sha256);
                json.WriteBoolean("trial", current.IsOnTrial);
                json.WriteString("a", a ?? "whole");
                json.WriteString("b", b ?? "whole");
            }));
        }
        else
        {
            output.WriteLine($"slot a {a ?? "is whole"}\nslot b {b ?? "is whole"}\nslot {current.Slot} is used{(current.IsOnTrial ? ", on trial" : "")}, SHA-256 {current.Sha256}");
        }
        if ((current.Slot == 'a' ? a : b) is { } problem) throw new SlotException($"{folder}: the model in slot {current.Slot} {problem}");
    }
}
