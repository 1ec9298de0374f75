using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace EdgeKit.Agent.Sending;

/// <summary>
/// Posts batches as JSON: <c>{"version":1,"source":"NAME OF THE MACHINE","dropped":0,"results":[...]}</c>, each result as watch writes it. Follows no redirects, which could take the token
/// elsewhere, and takes no proxy from the environment.
/// </summary>
/// <param name="options">Where to.</param>
internal sealed class Webhook(WebhookOptions options) : IResultTransport
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // So that a server that moves to another address of its name is found again.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = ConnectPatience,
        PooledConnectionLifetime = ConnectionLife,
        MaxConnectionsPerServer = 1,
        MaxResponseHeadersLength = 16,
        SslOptions = TlsOf(options.Roots),
    })
    { Timeout = Patience };

    private readonly ArrayBufferWriter<byte> _body = new(4096);
    private readonly string _source = JsonEncodedText.Encode(Environment.MachineName).ToString();

    public string Name => "webhook";

    public async Task Send(ResultBatch batch, long dropped, CancellationToken cancel)
    {
        Compose(batch, dropped);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Address) { Content = new ReadOnlyMemoryContent(_body.WrittenMemory) };
        request.Content.Headers.ContentType = Json;
        if (options.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using HttpResponseMessage answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode) return;
            string said = string.Create(CultureInfo.InvariantCulture, $"{options.ShownAddress} answers {(int)answer.StatusCode}");
            if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity)
                throw new RefusedException(said);
            throw new IOException(said);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"{options.ShownAddress}: {TrustedRoots.Explain(e, WebhookOptions.Authority)}", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"{options.ShownAddress}: no answer within {Patience.TotalSeconds:0} s", e);
        }
    }

    public void Dispose() => _client.Dispose();

    private static SslClientAuthenticationOptions TlsOf(X509Certificate2Collection? roots)
    {
        if (roots is null) return new SslClientAuthenticationOptions();
        // Private authorities seldom say where their revocations are to be found.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }

    private void Compose(ResultBatch batch, long dropped)
    {
        _body.ResetWrittenCount();
        Write($$"""{"version":1,"source":"{{_source}}","dropped":{{dropped.ToString(CultureInfo.InvariantCulture)}},"results":[""");
        for (int i = 0; i < batch.Count; i++)
        {
            if (i > 0) _body.Write(","u8);
            _body.Write(batch[i].AsSpan());
        }
        _body.Write("]}"u8);
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _body);
}
