using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace EdgeKit.Agent.Sending;

/// <summary>Where results are published.</summary>
/// <param name="Host">The broker.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsEncrypted">Whether by TLS, with a certificate that is trusted.</param>
/// <param name="Topic">The topic.</param>
/// <param name="User">The user; null for none.</param>
/// <param name="Password">The user's password; null for none.</param>
/// <param name="Roots">The authorities that are trusted; null for the machine's.</param>
internal sealed record MqttOptions(string Host, int Port, bool IsEncrypted, string Topic, string? User, string? Password, X509Certificate2Collection? Roots = null)
{
    /// <summary>The option that names the authorities.</summary>
    public const string Authority = "--mqtt-ca";

    private const int PlainPort = 1883, EncryptedPort = 8883, LongestTopic = 512;

    /// <summary>The broker as messages have it.</summary>
    public string Broker => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>Reads the options.</summary>
    /// <exception cref="UsageException">One is wrong.</exception>
    public static MqttOptions Of(string url, Arguments arguments)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("mqtt" or "mqtts") || address.Host.Length == 0 || address.Fragment.Length > 0 || address.Query.Length > 0)
            throw new UsageException("--mqtt takes a broker and a topic, such as mqtt://broker.example/boards/door or mqtts://broker.example:8883/boards/door");
        if (address.UserInfo.Length > 0) throw new UsageException("--mqtt takes no user in its address, which others of this machine can see; give --mqtt-user and --mqtt-password-file");
        bool isEncrypted = address.Scheme == "mqtts";
        string topic = Uri.UnescapeDataString(address.AbsolutePath).Trim('/');
        if (topic.Length == 0) topic = $"edgekit/{Environment.MachineName}";
        if (topic.Length > LongestTopic || topic.AsSpan().IndexOfAny("#+\0") >= 0) throw new UsageException($"--mqtt takes a topic of at most {LongestTopic} characters without # and +, not '{topic}'");
        string? user = arguments.Text("--mqtt-user"), password = arguments.Text("--mqtt-password-file") is { } file ? Secrets.Read(file, "a password") : null;
        if (password is not null && user is null) throw new UsageException("--mqtt-password-file goes with --mqtt-user");
        string? authority = arguments.Text(Authority);
        if (authority is not null && !isEncrypted) throw new UsageException($"{Authority} goes with an address of mqtts://");
        return new MqttOptions(address.IdnHost, address.Port > 0 ? address.Port : isEncrypted ? EncryptedPort : PlainPort, isEncrypted, topic, user, password,
            authority is null ? null : TrustedRoots.Read(authority));
    }
}
