using System.Net;
using System.Net.Sockets;
using EdgeKit.Agent;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Agent.Web;

public sealed class WebFaultTests(WebModel model) : IClassFixture<WebModel>
{
    private const string Token = "0123456789abcdef-._~";

    [Fact]
    public async Task Malformed_and_oversized_requests_are_refused_without_a_trace()
    {
        using var watch = new WebWatch(model);
        string many = string.Concat(Enumerable.Range(0, 50).Select(static i => $"X{i}: y\r\n")), filler = new('a', 9000);
        (string Request, int Status)[] cases =
        [
            ("GARBAGE\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400), ("GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400), ("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nNo colon\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400), ("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n", 400),
            ($"GET /{filler} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414), ($"GET / HTTP/1.1\r\nHost: localhost\r\nX: {filler}\r\n\r\n", 431), ($"GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n", 431),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n", 413), ("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 413),
            ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 405), ("DELETE /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n", 405), ("TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
            ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 405), ("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n", 405),
        ];
        foreach ((string request, int status) in cases)
        {
            string answer = await watch.Send(request);
            Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{status} for {request[..Math.Min(request.Length, 60)]}: {answer}");
            Assert.DoesNotContain("Exception", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("Server:", answer, StringComparison.Ordinal);
            if (status == 405) Assert.Contains("Allow: GET, HEAD", answer, StringComparison.Ordinal);
        }
        using HttpResponseMessage after = await watch.Get("api/status");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task There_is_no_way_to_a_file()
    {
        using var watch = new WebWatch(model);
        foreach (string path in (string[])["/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd", "/page.html", "/stream/..%5c", "/api/", "/API/STATUS", "/favicon.ico", "/api/status/x"])
        {
            string answer = await watch.Send($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_token_only_this_machine_s_own_names_are_answered()
    {
        using var watch = new WebWatch(model);
        foreach ((string host, int status) in ((string, int)[])[("localhost", 200), ("LOCALHOST:80", 200), ("127.0.0.1:8080", 200), ("127.1.2.3", 200), ("[::1]:9", 200), ("evil.example", 421), ("localhost.evil.example", 421), ("192.168.0.7", 421)])
            Assert.StartsWith($"HTTP/1.1 {status} ", await watch.Send($"GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_asked_for_on_every_path_and_taken_from_header_and_cookie()
    {
        using var watch = new WebWatch(model, Token);
        foreach (string path in (string[])["", "stream", "api/status", "api/findings", "metrics", "healthz", "nothing"])
        {
            using HttpResponseMessage none = await watch.Get(path);
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (none.StatusCode, none.Headers.WwwAuthenticate.ToString()));
            Assert.DoesNotContain(Token, await none.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        foreach (string wrong in (string[])["Bearer ", "Bearer x", $"Bearer {Token}x", $"Bearer {Token[..^1]}", $"Bearer {Token.ToUpperInvariant()}", $"Basic {Token}", Token])
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusOf(watch, "metrics", "Authorization", wrong));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOf(watch, "?token=wrong", "Authorization", $"Bearer {Token}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOf(watch, "metrics", "Cookie", "edgekit=wrong"));
        Assert.Equal(HttpStatusCode.OK, await StatusOf(watch, "metrics", "Authorization", $"Bearer {Token}"));
        Assert.Equal(HttpStatusCode.OK, await StatusOf(watch, "", "Cookie", $"other=1; edgekit={Token}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(watch, "nothing", "Authorization", $"bearer {Token}"));
        // With a token the name does not matter.
        Assert.StartsWith("HTTP/1.1 200 ", await watch.Send($"GET /metrics HTTP/1.1\r\nHost: board.example\r\nAuthorization: Bearer {Token}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_the_address_becomes_a_cookie_and_leaves_the_address()
    {
        using var watch = new WebWatch(model, Token);
        foreach ((string path, string location) in ((string, string)[])[("?token=", "/"), ("metrics?a=1&token=", "/metrics"), ("nothing?token=", "/")])
        {
            using HttpResponseMessage answer = await watch.Get(path + Token);
            Assert.Equal((HttpStatusCode.SeeOther, location), (answer.StatusCode, answer.Headers.Location!.OriginalString));
            Assert.Equal($"edgekit={Token}; Path=/; HttpOnly; SameSite=Strict", answer.Headers.GetValues("Set-Cookie").Single());
        }
        string elsewhere = await watch.Send($"GET //evil.example?token={Token} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.Contains("\r\nLocation: /\r\n", elsewhere, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_viewers_are_shed_and_the_model_goes_on()
    {
        using var watch = new WebWatch(model, viewers: 8);
        using HttpClient client = watch.NewClient();
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead)));
        try
        {
            Assert.Equal((8, 192), (answers.Count(static a => a.StatusCode == HttpStatusCode.OK), answers.Count(static a => a.StatusCode == HttpStatusCode.ServiceUnavailable)));
            Assert.All(answers.Where(static a => !a.IsSuccessStatusCode), static a => Assert.Equal(TimeSpan.FromSeconds(5), a.Headers.RetryAfter!.Delta));
            PictureReader[] readers = [.. await Task.WhenAll(answers.Where(static a => a.IsSuccessStatusCode).Select(static async a => new PictureReader(await a.Content.ReadAsStreamAsync())))];
            long frames = await FramesOf(watch);
            // Seven read on and the first does not any more: it misses pictures, the others get theirs.
            for (int i = 0; i < 10; i++) await Task.WhenAll(readers.Skip(1).Select(static r => r.Next()));
            await WebPageTests.Until(async () => await FramesOf(watch) > frames);
            Assert.InRange(watch.Page.Presenter!.Pictures.Count, 1, 8 + 2);
            Assert.Equal((8, 192), (watch.Page.Presenter.Viewers, watch.Page.Presenter.Refused));
        }
        finally
        {
            foreach (HttpResponseMessage answer in answers) answer.Dispose();
        }
        // Those who leave make room.
        await WebPageTests.Until(() => Task.FromResult(watch.Page.Presenter.Viewers == 0));
        using HttpResponseMessage next = await watch.Client.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_thread_of_the_model_allocates_nothing_for_the_page(bool isViewed)
    {
        var meter = new TaskCompletionSource<Meter>();
        using var watch = new WebWatch(model, camera: new SteadyCamera(), wrap: page =>
        {
            var made = new Meter(page);
            meter.SetResult(made);
            return made;
        });
        Meter measured = await meter.Task;
        HttpResponseMessage? viewer = null;
        if (isViewed)
        {
            viewer = await watch.Client.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead);
            var pictures = new PictureReader(await viewer.Content.ReadAsStreamAsync());
            for (int i = 0; i < 3; i++) await pictures.Next();
            measured.Start();
            for (int i = 0; i < 5; i++) await pictures.Next();
        }
        else
        {
            measured.Start();
        }
        await WebPageTests.Until(() => Task.FromResult(measured.Frames > 100));
        (long frames, long shown, long bytes) = measured.Stop();
        viewer?.Dispose();
        Assert.True(frames > 100);
        Assert.Equal(isViewed, shown > 0);
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void A_port_in_use_is_one_line_and_exit_code_1()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        (int code, string errors) = Run("--web", $"{port}");
        Assert.Equal((1, $"edgekit-agent: --web 127.0.0.1:{port}: another program listens there; end it or choose another port\n"), (code, errors));
        (code, errors) = Run("--web", "198.51.100.7:8080", "--web-token-file", TokenFile(Token));
        Assert.Equal((1, "edgekit-agent: --web 198.51.100.7:8080: this machine has no such address\n"), (code, errors));
    }

    [Fact]
    public void Wrong_options_are_said()
    {
        foreach ((string[] options, string message) in ((string[], string)[])[
            (["--web", "no"], "--web takes a port"), (["--web", "65536"], "--web takes a port"), (["--web", "localhost:80"], "--web takes a port"), (["--web", "127.0.0.1"], "--web takes a port"), (["--web", "::1"], "--web takes a port"),
            (["--web", "0.0.0.0:8080"], "--web 0.0.0.0:8080 can be reached from other machines; give --web-token-file FILE, or --web 8080 for this machine alone"),
            (["--web", "[::]:8080"], "can be reached from other machines"), (["--web", "8080", "--web-viewers", "0"], "--web-viewers takes a number from 1 to 64"), (["--web-fps", "5"], "--web-fps goes with --web"),
            (["--web", "8080", "--web-token-file", TokenFile("0123456789abcde")], "a token has 16 to 256"), (["--web", "8080", "--web-token-file", TokenFile("0123456789 abcdef")], "openssl rand -hex 32")])
        {
            (int code, string errors) = Run(options);
            Assert.Equal(2, code);
            Assert.Contains(message, errors, StringComparison.Ordinal);
            Assert.DoesNotContain("abcde", errors, StringComparison.Ordinal);
        }
        (int missing, string said) = Run("--web", "8080", "--web-token-file", model.At("nothing"));
        Assert.Equal(1, missing);
        Assert.Contains("nothing: there is no such file", said, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusOf(WebWatch watch, string path, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage answer = await watch.Client.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<long> FramesOf(WebWatch watch) => (await WebPageTests.JsonOf(watch, "api/status")).GetProperty("frames").GetInt64();

    private string TokenFile(string token)
    {
        string file = model.At($"token-{token.Length}");
        File.WriteAllText(file, token + "\n");
        return file;
    }

    private (int Code, string Errors) Run(params string[] options)
    {
        using StringWriter errors = new() { NewLine = "\n" };
        int code = EdgeKit.Agent.CommandLine.Run(["watch", model.Ekm, "--camera", "scenes", "--size", "64x48", "--frames", "1", .. options], TextWriter.Null, errors, CancellationToken.None);
        return (code, errors.ToString());
    }

    /// <summary>Counts what the thread of the model allocates from one frame to another.</summary>
    private sealed class Meter(IOnlooker page) : IOnlooker
    {
        private volatile bool _isOn;
        private long _before = -1;
        private long _bytes;
        private long _frames;
        private long _shown;

        public bool IsAsking => page.IsAsking;

        public long Frames => Volatile.Read(ref _frames);

        public void Start() => _isOn = true;

        public (long Frames, long Shown, long Bytes) Stop()
        {
            _isOn = false;
            return (_frames, _shown, _bytes);
        }

        public void Begin(WatchFacts facts, WatchedModels models) => page.Begin(facts, models);

        public void ModelChanged(WatchedModels models) => page.ModelChanged(models);

        public void Count(double latency)
        {
            page.Count(latency);
            if (!_isOn) return;
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (_before >= 0) _bytes += now - _before;
            _before = now;
            Volatile.Write(ref _frames, _frames + 1);
        }

        public void Show(RawPicture picture, ModelResult[] results, ReadOnlySpan<byte> json)
        {
            page.Show(picture, results, json);
            if (_isOn) _shown++;
        }

        public void Dispose() => page.Dispose();
    }
}
