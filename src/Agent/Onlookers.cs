namespace EdgeKit.Agent;

/// <summary>The onlookers that options ask for. Those of the folder Web are there unless the agent is built with <c>-p:Web=false</c>.</summary>
internal static partial class Onlookers
{
    private const string Web = "--web";

    /// <summary>The names of the options.</summary>
    public static readonly string[] Options = [Web, "--web-token-file", "--web-viewers", "--web-fps"];

    /// <summary>Makes the onlooker that the options ask for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="tell">Gets a line when there is something to say.</param>
    /// <returns>The onlooker; null where none is asked for.</returns>
    /// <exception cref="UsageException">An option is wrong, or this agent lacks what it asks for.</exception>
    public static IOnlooker? Of(Arguments arguments, Action<string> tell)
    {
        if (arguments.Text(Web) is null)
        {
            foreach (string option in Options)
            {
                if (arguments.Text(option) is not null) throw new UsageException($"{option} goes with {Web}");
            }
            return null;
        }
        IOnlooker? onlooker = null;
        AddWeb(arguments, tell, ref onlooker);
        return onlooker ?? throw new UsageException("this agent was built without its web page (-p:Web=false)");
    }

    static partial void AddWeb(Arguments arguments, Action<string> tell, ref IOnlooker? onlooker);
}
