using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeKit.Agent;
using EdgeKit.Agent.Sending;
using EdgeKit.Tests.Agent.Web;
using Xunit;

namespace EdgeKit.Tests.Agent.Sending;

/// <summary>https:// and mqtts:// with certificates that are made here.</summary>
public sealed class TlsTests(WebModel model) : IClassFixture<WebModel>
{
    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddDays(-10), End = Begin.AddYears(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Results_reach_a_server_whose_certificate_the_authority_signed_or_which_signed_its_own(bool isSelfSigned)
    {
        using X509Certificate2 authority = Authority("authority"), certificate = isSelfSigned ? SelfSigned() : Signed(authority, IPAddress.Loopback);
        string file = model.At($"ca-{isSelfSigned}.pem");
        File.WriteAllText(file, (isSelfSigned ? certificate : authority).ExportCertificatePem() + "\n");
        using var server = new HttpServer { Certificate = certificate };
        using var broker = new MqttBroker { Certificate = certificate };
        var arguments = new Arguments(["--webhook-ca", file, "--mqtt-ca", file], [], ["--webhook-ca", "--mqtt-ca", "--webhook-token-file", "--mqtt-user", "--mqtt-password-file"]);
        using var webhook = new Webhook(WebhookOptions.Of($"https://127.0.0.1:{server.Port}/boards", arguments));
        using var publisher = new MqttPublisher(MqttOptions.Of($"mqtts://127.0.0.1:{broker.Port}/t", arguments));
        await webhook.Send(Batch(), 0, CancellationToken.None);
        await publisher.Send(Batch(), 0, CancellationToken.None);
        Assert.EndsWith("\"results\":[{}]}", Assert.Single(server.Posts).Body, StringComparison.Ordinal);
        Assert.Equal(("t", "{}"), Assert.Single(broker.Messages));
    }

    [Theory]
    [InlineData("no authority")]
    [InlineData("another authority")]
    [InlineData("another name")]
    [InlineData("expired")]
    public async Task A_certificate_that_is_not_to_be_trusted_is_refused_and_nothing_is_sent(string fault)
    {
        using X509Certificate2 authority = Authority("authority"), other = Authority("another");
        using X509Certificate2 certificate = fault switch
        {
            "another name" => Signed(authority, IPAddress.Parse("192.0.2.1")),
            "expired" => Signed(authority, IPAddress.Loopback, Begin.AddDays(5)),
            _ => Signed(authority, IPAddress.Loopback),
        };
        X509Certificate2Collection? roots = fault == "no authority" ? null : [fault == "another authority" ? other : authority];
        using var server = new HttpServer { Certificate = certificate };
        using var broker = new MqttBroker { Certificate = certificate };
        using var webhook = new Webhook(new WebhookOptions(new Uri($"https://127.0.0.1:{server.Port}/"), "secret-token", roots));
        using var publisher = new MqttPublisher(new MqttOptions("127.0.0.1", broker.Port, IsEncrypted: true, "t", "user", "secret-password", roots));
        string reason = fault switch { "another name" => "NameMismatch", "expired" => "NotTimeValid", _ => "UntrustedRoot|PartialChain" };
        foreach ((IResultTransport transport, string address, string option) in ((IResultTransport, string, string)[])[(webhook, $"https://127.0.0.1:{server.Port}/", "--webhook-ca"), (publisher, $"127.0.0.1:{broker.Port}", "--mqtt-ca")])
        {
            IOException e = await Assert.ThrowsAsync<IOException>(() => transport.Send(Batch(), 0, CancellationToken.None));
            Assert.StartsWith($"{address}: its certificate is not taken: ", e.Message, StringComparison.Ordinal);
            Assert.Contains($"; {option} FILE names the authority", e.Message, StringComparison.Ordinal);
            Assert.True(System.Text.RegularExpressions.Regex.IsMatch(e.Message, reason), e.Message);
            Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
        }
        Assert.Empty(server.Posts);
        Assert.Empty(broker.Logins);
    }

    [Fact]
    public void Wrong_options_are_said()
    {
        string none = model.At("none.pem"), broken = model.At("broken.pem");
        File.WriteAllText(none, "nothing\n");
        File.WriteAllText(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        foreach ((string[] options, int status, string message) in ((string[], int, string)[])[
            (["--webhook", "http://server/", "--webhook-ca", none], 2, "--webhook-ca goes with an address of https://"), (["--webhook", "https://server/", "--webhook-ca", none], 2, "none.pem: holds no certificate"),
            (["--mqtt", "mqtt://server/", "--mqtt-ca", none], 2, "--mqtt-ca goes with an address of mqtts://"), (["--mqtt", "mqtts://server/", "--mqtt-ca", broken], 2, "broken.pem: holds a certificate that cannot be read"),
            (["--mqtt-ca", none], 2, "--mqtt-ca goes with --mqtt"), (["--mqtt", "mqtts://server/", "--mqtt-ca", model.At("nothing.pem")], 1, "nothing.pem")])
        {
            (int code, _, string errors) = Watch(options);
            Assert.Equal(status, code);
            Assert.Contains(message, errors, StringComparison.Ordinal);
            Assert.Single(errors.TrimEnd('\n').Split('\n'));
        }
    }

    private static ResultBatch Batch()
    {
        var queue = new ResultQueue(4);
        var batch = new ResultBatch(4);
        queue.Put("{}"u8);
        queue.Take(batch, TimeSpan.Zero);
        return batch;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(Begin, End);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 made = Request(key, IPAddress.Loopback).CreateSelfSigned(Begin, End);
        return Usable(made);
    }

    private static X509Certificate2 Signed(X509Certificate2 authority, IPAddress address, DateTimeOffset? end = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 made = Request(key, address).Create(authority, Begin, end ?? End, [1, 2, 3, 4]);
        using X509Certificate2 both = made.CopyWithPrivateKey(key);
        return Usable(both);
    }

    private static CertificateRequest Request(ECDsa key, IPAddress address)
    {
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    // Windows serves no certificate whose key was never stored.
    private static X509Certificate2 Usable(X509Certificate2 certificate) => X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);

    private (int Code, string Output, string Errors) Watch(params string[] options)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        int code = EdgeKit.Agent.CommandLine.Run(["watch", model.Ekm, "--camera", "scenes:3", "--size", "64x48", "--frames", "5", "--json", .. options], output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
