using EdgeKit.Devices;
using EdgeKit.Imaging;

namespace EdgeKit.Agent;

/// <summary><c>edgekit-agent update</c>: stores a model in the slot that is not used, or goes back to the one before.</summary>
internal static class UpdateCommand
{
    public static void Run(ReadOnlySpan<string> args, TextWriter output)
    {
        var arguments = new Arguments(args, ["--json", "--roll-back"], ["--slots", "--from"]);
        string folder = arguments.Text("--slots") ?? throw new UsageException("update needs --slots DIR");
        string? from = arguments.Text("--from");
        if (arguments.Rest.Count > 0 || from is null != arguments.Has("--roll-back")) throw new UsageException("update takes --from MODEL.ekm or --roll-back: edgekit-agent update --slots DIR --from MODEL.ekm");
        var slots = new ModelSlots(folder);
        SlotModel model = from is null ? slots.RollBack() : slots.Update(from, Try);
        output.WriteLine(arguments.Has("--json")
            ? JsonText.Of(json =>
            {
                json.WriteString("slot", $"{model.Slot}");
                json.WriteString("sha256", model.Sha256);
                json.WriteBoolean("trial", model.IsOnTrial);
            })
            : $"{folder}: slot {model.Slot}, SHA-256 {model.Sha256}{(model.IsOnTrial ? ", on trial until watch confirms it" : "")}");
    }

    /// <summary>A model that is to be used must load and run.</summary>
    private static void Try(string path)
    {
        try
        {
            using AgentModel model = AgentModel.Load(path, new ThreadChoice(1, null), config: null);
            var grey = new Frame(64, 48);
            ImageMapping mapping = model.Feed(grey.Raw);
            model.Session.Run();
            _ = model.Find(grey.Width, grey.Height, mapping);
        }
        catch (UsageException e)
        {
            throw new SlotException(e.Message, e);
        }
    }
}
