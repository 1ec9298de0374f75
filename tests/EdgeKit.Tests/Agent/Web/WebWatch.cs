using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeKit.Agent;
using EdgeKit.Agent.Web;
using EdgeKit.Devices;
using EdgeKit.Imaging;
using EdgeKit.Tests.Cli;

namespace EdgeKit.Tests.Agent.Web;

/// <summary>A tiny model, made once.</summary>
public sealed class WebModel : IDisposable
{
    private readonly Tool _tool = new();

    public WebModel()
    {
        File.WriteAllText(_tool.At("model.json"), """
            { "task": "classify", "width": 32, "height": 32, "color": "RGB", "fit": "stretch", "mean": [128, 128, 128], "std": [64, 64, 64] }
            """);
        string net = _tool.At("model.onnx");
        if (Tool.Run("new", "shufflenet-v2", "--width", "0.5", "--size", "32", "--classes", "10", "--out", net).ExitCode != 0
            || Tool.Run("compile", net, "--config", _tool.At("model.json"), "--out", Ekm).ExitCode != 0) throw new InvalidOperationException("the model could not be made");
    }

    public string Ekm => _tool.At("model.ekm");

    public string At(string name) => _tool.At(name);

    public void Dispose() => _tool.Dispose();
}

/// <summary>A watch with its web page, in this process.</summary>
internal sealed class WebWatch : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<WebPage> _page = new();
    private readonly Task _watch;
    private readonly IResultSink[] _sinks;

    public WebWatch(WebModel model, string? token = null, int viewers = 8, int framesPerSecond = 60, IFrameSource? camera = null, TimeProvider? clock = null, Func<IOnlooker, IOnlooker>? wrap = null,
        IResultSink[]? sinks = null)
    {
        _sinks = sinks ?? [];
        Camera = camera ?? new SceneSource(1, 64, 48);
        // A thread of its own: those of the pool are for requests.
        _watch = Task.Factory.StartNew(() => Watch(model, new WebOptions(new IPEndPoint(IPAddress.Loopback, 0), token) { Viewers = viewers, FramesPerSecond = framesPerSecond }, clock, wrap),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task.WhenAny(_page.Task, _watch).GetAwaiter().GetResult();
        if (!_page.Task.IsCompleted) _watch.GetAwaiter().GetResult();
        Page = _page.Task.Result;
        Client = NewClient();
    }

    public IFrameSource Camera { get; }

    public WebPage Page { get; }

    public HttpClient Client { get; }

    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 1000 }) { BaseAddress = new Uri($"http://{Page.EndPoint}/"), Timeout = TimeSpan.FromSeconds(30) };

    public Task<HttpResponseMessage> Get(string path) => Client.GetAsync(path);

    /// <summary>Sends bytes as they are and reads all of the answer.</summary>
    public async Task<string> Send(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Page.EndPoint);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var answer = new MemoryStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException)
        {
            // The connection was reset with the rest of the request unread.
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    public void Dispose()
    {
        Client.Dispose();
        _stop.Cancel();
        _watch.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private void Watch(WebModel file, WebOptions options, TimeProvider? clock, Func<IOnlooker, IOnlooker>? wrap)
    {
        using var models = new WatchedModels(new WatchedModel(file.Ekm, static path => AgentModel.Load(path, new ThreadChoice(1, null), null)));
        WebPage? page = null;
        page = new WebPage(options, _ => _page.SetResult(page!), clock ?? TimeProvider.System);
        using var audience = new Audience([wrap is null ? page : wrap(page)], _sinks);
        using var output = new StreamWriter(Stream.Null);
        WatchCommand.Watch(models, Camera, results => new WatchReport(output, results, 3, isJson: true), most: null, _stop.Token, audience);
    }
}

/// <summary>A camera that gives a picture when it is told to.</summary>
internal sealed class SteppedCamera : IFrameSource
{
    private readonly SemaphoreSlim _steps = new(0);
    private readonly SceneSource _scenes = new(1, 64, 48);

    public string Name => "stepped";

    public int Width => 64;

    public int Height => 48;

    public bool IsLive => true;

    public void Step() => _steps.Release();

    public CapturedFrame? Capture(CancellationToken cancel)
    {
        try
        {
            _steps.Wait(cancel);
            return _scenes.Capture(cancel);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _steps.Dispose();
}

/// <summary>A camera without end that allocates nothing.</summary>
internal sealed class SteadyCamera : IFrameSource
{
    private readonly FramePool _pool = new(FrameLayout.Packed(PixelFormat.Yuyv, 32, 24));
    private readonly byte[] _picture = [.. Enumerable.Range(0, 32 * 24 * 2).Select(static i => (byte)(i * 7))];
    private long _next;

    public string Name => "steady";

    public int Width => 32;

    public int Height => 24;

    public bool IsLive => false;

    public CapturedFrame? Capture(CancellationToken cancel) => cancel.IsCancellationRequested ? null : _pool.TryLend(_picture, System.Diagnostics.Stopwatch.GetTimestamp(), _next++);

    public void Dispose()
    {
    }
}

/// <summary>A clock that is set.</summary>
internal class SetClock : TimeProvider
{
    private long _ticks = TimeSpan.TicksPerHour;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}

/// <summary>Reads the parts of a live picture.</summary>
internal sealed class PictureReader(Stream stream)
{
    /// <summary>The next picture.</summary>
    public async Task<byte[]> Next()
    {
        int length = -1;
        for (string line = await Line(); line.Length > 0 || length < 0; line = await Line())
        {
            if (line.StartsWith("Content-Length: ", StringComparison.Ordinal)) length = int.Parse(line["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        }
        byte[] picture = new byte[length];
        await stream.ReadExactlyAsync(picture);
        return picture;
    }

    private async Task<string> Line()
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one);
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
    }
}
