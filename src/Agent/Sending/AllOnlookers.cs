using EdgeKit.Agent.Recording;
using EdgeKit.Agent.Sending;
using EdgeKit.Agent.Web;

namespace EdgeKit.Agent;

internal static partial class Onlookers
{
    private const int UsualRecordMegabytes = 256, UsualRecordRate = 2;

    static partial void Add(Arguments arguments, Action<string> tell, List<IOnlooker> onlookers, List<IResultSink> sinks, ref bool isThere)
    {
        isThere = true;
        // All options are read before anything is begun.
        WebOptions? web = arguments.Text(Web) is null ? null : WebOptions.Of(arguments);
        WebhookOptions? webhook = arguments.Text(Webhook) is { } url ? WebhookOptions.Of(url, arguments) : null;
        MqttOptions? mqtt = arguments.Text(Mqtt) is { } broker ? MqttOptions.Of(broker, arguments) : null;
        long most = (arguments.Number("--record-mb", 1, 1_000_000) ?? UsualRecordMegabytes) * 1_000_000L;
        int rate = arguments.Number("--record-fps", 1, 60) ?? UsualRecordRate;
        if (arguments.Text(Record) is { } folder)
        {
            Directory.CreateDirectory(folder);
            onlookers.Add(new Recorder(new RecordFolder(folder, most, tell), rate));
        }
        if (web is not null) onlookers.Add(new WebPage(web, tell, TimeProvider.System));
        if (webhook is not null) sinks.Add(new ResultSender(new Webhook(webhook), tell));
        if (mqtt is not null) sinks.Add(new ResultSender(new MqttPublisher(mqtt), tell));
    }
}
