using EdgeKit.Agent.Web;

namespace EdgeKit.Agent;

internal static partial class Onlookers
{
    static partial void AddWeb(Arguments arguments, Action<string> tell, ref IOnlooker? onlooker) => onlooker = new WebPage(WebOptions.Of(arguments), tell, TimeProvider.System);
}
