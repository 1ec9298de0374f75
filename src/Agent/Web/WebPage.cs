using System.Net;
using System.Net.Sockets;
using EdgeKit.Devices;
using EdgeKit.Imaging;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EdgeKit.Agent.Web;

/// <summary>
/// The agent's web page, its metrics and its interface for programs: Kestrel alone, without the rest of ASP.NET Core, at low priority and with small limits. Requests go to
/// <see cref="WebRequests"/>.
/// </summary>
/// <param name="options">What the options say.</param>
/// <param name="tell">Gets the page's address.</param>
/// <param name="clock">The clock.</param>
internal sealed class WebPage(WebOptions options, Action<string> tell, TimeProvider clock) : IOnlooker
{
    /// <summary>Most connections at a time; more are closed at once.</summary>
    private const int MostConnections = 256;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(0.5);

    private readonly Progress _progress = new(clock);
    private readonly CancellationTokenSource _stop = new();
    private Watched? _watched;
    private KestrelServer? _server;

    /// <summary>Where it listens, once it does.</summary>
    public IPEndPoint EndPoint { get; private set; } = options.EndPoint;

    /// <summary>What shows results, once watching has begun.</summary>
    public Presenter? Presenter { get; private set; }

    public bool IsAsking => Presenter!.Results.IsAsking;

    public void Begin(WatchFacts facts, WatchedModels models)
    {
        Presenter = new Presenter(options.Viewers, options.FramesPerSecond);
        _watched = new Watched(facts, _progress, Presenter, options.Viewers) { Models = ModelFacts.Of(models) };
        IOException? failure = null;
        // The server's threads are started by this one and stand back as it does.
        LowPriority.Start("web start", () => failure = Start(_watched)).Join();
        if (failure is not null) throw new IOException($"--web {options.EndPoint}: {failure.Message}", failure);
        tell($"web page at http://{(EndPoint.Address.Equals(IPAddress.Any) || EndPoint.Address.Equals(IPAddress.IPv6Any) ? $"{Environment.MachineName}:{EndPoint.Port}" : EndPoint)}/");
    }

    public void ModelChanged(WatchedModels models) => _watched!.Models = ModelFacts.Of(models);

    public void Count(double latency) => _progress.Add(latency);

    public void Show(RawPicture picture, ModelResult[] results, ReadOnlySpan<byte> json) => Presenter!.Results.Fill(picture, results, json);

    public void Dispose()
    {
        _stop.Cancel();
        if (_server is not null)
        {
            using var patience = new CancellationTokenSource(StopPatience);
            _server.StopAsync(patience.Token).GetAwaiter().GetResult();
            _server.Dispose();
        }
        Presenter?.Dispose();
        _stop.Dispose();
    }

    /// <summary>Starts the server.</summary>
    /// <returns>Why it cannot listen; null when it does.</returns>
    private IOException? Start(Watched watched)
    {
        ListenOptions? listen = null;
        var settings = new KestrelServerOptions { AddServerHeader = false };
        settings.Listen(options.EndPoint, l =>
        {
            l.Protocols = HttpProtocols.Http1;
            listen = l;
        });
        SetLimits(settings.Limits);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { IOQueueCount = 1 }), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(settings), transport, NullLoggerFactory.Instance);
        try
        {
            server.StartAsync(new WebRequests(watched, new WebGuard(options.Token), _stop.Token), CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            server.Dispose();
            return Explained(e);
        }
        _server = server;
        EndPoint = listen!.IPEndPoint!;
        return null;
    }

    private static void SetLimits(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = MostConnections;
        limits.MaxRequestLineSize = 2048;
        limits.MaxRequestHeaderCount = 40;
        limits.MaxRequestHeadersTotalSize = 8192;
        limits.MaxRequestBufferSize = 16384;
        limits.MaxRequestBodySize = 0;
        limits.MaxResponseBufferSize = 65536;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        // A viewer that takes nothing any more is given up.
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
    }

    private static IOException Explained(Exception e) => new((e.InnerException ?? e) switch
    {
        Microsoft.AspNetCore.Connections.AddressInUseException => "another program listens there; end it or choose another port",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "this user may not listen there; choose a port from 1024 on",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "this machine has no such address",
        _ => e.Message,
    }, e);
}
