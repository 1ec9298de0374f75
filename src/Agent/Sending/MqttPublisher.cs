using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeKit.Agent.Sending;

/// <summary>Publishes each result as a message of JSON, by MQTT 3.1.1 with quality of service 1: the broker says that it has it, and may get it twice.</summary>
internal sealed class MqttPublisher : IResultTransport
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly MqttOptions _options;
    private readonly MqttClientOptions _connection;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();

    /// <param name="options">Where to.</param>
    public MqttPublisher(MqttOptions options)
    {
        _options = options;
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder().WithTcpServer(options.Host, options.Port).WithProtocolVersion(MqttProtocolVersion.V311)
            .WithClientId($"edgekit-{Environment.MachineName}-{Environment.ProcessId}").WithTimeout(Patience);
        if (options.IsEncrypted)
        {
            builder = builder.WithTlsOptions(tls =>
            {
                tls.UseTls().WithTargetHost(options.Host).WithCertificateValidationHandler(Accepts);
                // Private authorities seldom say where their revocations are to be found.
                if (options.Roots is { } roots) tls.WithTrustChain(roots).WithRevocationMode(X509RevocationMode.NoCheck);
            });
        }
        if (options.User is { } user) builder = builder.WithCredentials(user, options.Password ?? "");
        _connection = builder.Build();
    }

    public string Name => "mqtt";

    public async Task Send(ResultBatch batch, long dropped, CancellationToken cancel)
    {
        try
        {
            if (!_client.IsConnected) await Connect(cancel).ConfigureAwait(false);
            for (int i = 0; i < batch.Count; i++)
            {
                var message = new MqttApplicationMessage { Topic = _options.Topic, PayloadSegment = batch[i], QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };
                MqttClientPublishResult result = await _client.PublishAsync(message, cancel).ConfigureAwait(false);
                if (!result.IsSuccess) throw new IOException($"{_options.Broker} answers {result.ReasonCode}");
            }
        }
        catch (Exception e) when (e is MqttCommunicationException or MqttProtocolViolationException or MqttClientUnexpectedDisconnectReceivedException or InvalidOperationException)
        {
            throw new IOException($"{_options.Broker}: {TrustedRoots.Explain(e, MqttOptions.Authority)}", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"{_options.Broker}: no answer within {Patience.TotalSeconds:0} s", e);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Takes what the chain and the name say; the client tells nobody what that was.</summary>
    private bool Accepts(MqttClientCertificateValidationEventArgs certificate)
    {
        if (certificate.SslPolicyErrors == SslPolicyErrors.None) return true;
        var statuses = new HashSet<string> { certificate.SslPolicyErrors.ToString() };
        foreach (X509ChainStatus status in certificate.Chain.ChainStatus) statuses.Add(status.Status.ToString());
        throw new AuthenticationException(string.Join(", ", statuses));
    }

    private async Task Connect(CancellationToken cancel)
    {
        MqttClientConnectResult result = await _client.ConnectAsync(_connection, cancel).ConfigureAwait(false);
        if (result.ResultCode != MqttClientConnectResultCode.Success) throw new IOException($"{_options.Broker} answers {result.ResultCode}");
    }
}
