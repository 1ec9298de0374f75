using EdgeKit.Agent.Sending;
using EdgeKit.Agent.Web;

namespace EdgeKit.Agent;

internal static partial class Onlookers
{
    static partial void AddNetwork(Arguments arguments, Action<string> tell, List<IOnlooker> onlookers, List<IResultSink> sinks, ref bool hasNetwork)
    {
        hasNetwork = true;
        // All options are read before anything is begun.
        WebOptions? web = arguments.Text(Web) is null ? null : WebOptions.Of(arguments);
        WebhookOptions? webhook = arguments.Text(Webhook) is { } url ? WebhookOptions.Of(url, arguments) : null;
        MqttOptions? mqtt = arguments.Text(Mqtt) is { } broker ? MqttOptions.Of(broker, arguments) : null;
        if (web is not null) onlookers.Add(new WebPage(web, tell, TimeProvider.System));
        if (webhook is not null) sinks.Add(new ResultSender(new Webhook(webhook), tell));
        if (mqtt is not null) sinks.Add(new ResultSender(new MqttPublisher(mqtt), tell));
    }
}
