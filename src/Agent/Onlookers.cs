namespace EdgeKit.Agent;

/// <summary>Who looks on and where results are sent, as options ask for it: all of it is there unless the agent is built with <c>-p:Web=false</c>.</summary>
internal static partial class Onlookers
{
    private const string Web = "--web", Webhook = "--webhook", Mqtt = "--mqtt", Record = "--record";

    // Each with those that go with it.
    private static readonly (string Name, string[] Others)[] Kinds =
    [
        (Web, ["--web-token-file", "--web-viewers", "--web-fps"]), (Webhook, ["--webhook-token-file", "--webhook-ca"]), (Mqtt, ["--mqtt-user", "--mqtt-password-file", "--mqtt-ca"]), (Record, ["--record-mb", "--record-fps"]),
    ];

    /// <summary>The names of the options.</summary>
    public static readonly string[] Options = Kinds.SelectMany(static k => (string[])[k.Name, .. k.Others]);

    /// <summary>Makes what the options ask for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="tell">Gets a line when there is something to say.</param>
    /// <exception cref="UsageException">An option is wrong, or this agent lacks what it asks for.</exception>
    /// <exception cref="IOException">The folder for pictures cannot be made.</exception>
    public static Audience Of(Arguments arguments, Action<string> tell)
    {
        foreach ((string name, string[] others) in Kinds)
        {
            foreach (string option in others)
            {
                if (arguments.Text(name) is null && arguments.Text(option) is not null) throw new UsageException($"{option} goes with {name}");
            }
        }
        List<IOnlooker> onlookers = [];
        List<IResultSink> sinks = [];
        bool isThere = false;
        Add(arguments, tell, onlookers, sinks, ref isThere);
        foreach ((string name, _) in Kinds)
        {
            if (arguments.Text(name) is not null && !isThere) throw new UsageException($"this agent was built without its web page, {Webhook}, {Mqtt} and {Record} (-p:Web=false)");
        }
        return new Audience([.. onlookers], [.. sinks]);
    }

    static partial void Add(Arguments arguments, Action<string> tell, List<IOnlooker> onlookers, List<IResultSink> sinks, ref bool isThere);
}
