using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeKit.Agent;
using EdgeKit.Agent.Sending;
using EdgeKit.Tests.Agent.Web;
using Xunit;

namespace EdgeKit.Tests.Agent.Sending;

/// <summary>Webhook and MQTT against servers on this machine, by the command line.</summary>
public sealed class SinkTests(WebModel model) : IClassFixture<WebModel>
{
    private const string Secret = "s3cret-0123456789abcdef";

    [Fact]
    public void A_webhook_gets_all_results_in_batches_of_JSON_with_its_token()
    {
        using var server = new HttpServer();
        (int code, string output, string errors) = Watch(40, "--webhook", $"http://127.0.0.1:{server.Port}/boards?key={Secret}", "--webhook-token-file", SecretFile());
        Assert.Equal((0, ""), (code, errors));
        Assert.All(server.Posts, static post =>
        {
            Assert.StartsWith($"POST /boards?key={Secret} HTTP/1.1\r\n", post.Head, StringComparison.Ordinal);
            Assert.Contains("\r\nContent-Type: application/json\r\n", post.Head, StringComparison.Ordinal);
            Assert.Contains($"\r\nAuthorization: Bearer {Secret}\r\n", post.Head, StringComparison.Ordinal);
            JsonElement body = JsonDocument.Parse(post.Body).RootElement;
            Assert.Equal((1, Environment.MachineName, 0), (body.GetProperty("version").GetInt32(), body.GetProperty("source").GetString(), body.GetProperty("dropped").GetInt32()));
            Assert.InRange(body.GetProperty("results").GetArrayLength(), 1, ResultSender.MostInBatch);
        });
        string[] sent = [.. server.Posts.SelectMany(static post => JsonDocument.Parse(post.Body).RootElement.GetProperty("results").EnumerateArray()).Select(static r => r.GetRawText())];
        // What is sent is what is printed.
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines[..^1], sent);
        JsonElement sink = Assert.Single(JsonDocument.Parse(lines[^1]).RootElement.GetProperty("summary").GetProperty("sinks").EnumerateArray());
        Assert.Equal(("webhook", 40, 0), (sink.GetProperty("name").GetString(), sink.GetProperty("sent").GetInt32(), sink.GetProperty("dropped").GetInt32()));
        Assert.DoesNotContain(Secret, output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302, false)]
    [InlineData(401, false)]
    [InlineData(429, false)]
    [InlineData(503, false)]
    [InlineData(400, true)]
    [InlineData(413, true)]
    [InlineData(422, true)]
    public async Task An_answer_that_is_no_success_is_a_failure_without_secrets_and_no_redirect_is_followed(int status, bool isRefused)
    {
        using var elsewhere = new HttpServer();
        using var server = new HttpServer(status) { Extra = $"Location: http://127.0.0.1:{elsewhere.Port}/\r\n" };
        using var webhook = new Webhook(new WebhookOptions(new Uri($"http://127.0.0.1:{server.Port}/a?key={Secret}"), Secret));
        ResultBatch batch = Batch("{}");
        Exception e = isRefused ? await Assert.ThrowsAsync<RefusedException>(() => webhook.Send(batch, 0, CancellationToken.None)) : await Assert.ThrowsAsync<IOException>(() => webhook.Send(batch, 0, CancellationToken.None));
        Assert.Equal($"http://127.0.0.1:{server.Port}/a answers {status}", e.Message);
        Assert.Empty(elsewhere.Posts);
        // The next time it works, on the same connection.
        await webhook.Send(batch, 7, CancellationToken.None);
        Assert.Contains("\"dropped\":7,\"results\":[{}]", server.Posts.Last().Body, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_silent_or_no_server_of_HTTP_is_a_failure()
    {
        using Socket held = Held(out int port);
        using (var webhook = new Webhook(new WebhookOptions(new Uri($"http://127.0.0.1:{port}/?key={Secret}"), Secret)))
        {
            IOException e = await Assert.ThrowsAsync<IOException>(() => webhook.Send(Batch("{}"), 0, CancellationToken.None));
            Assert.StartsWith($"http://127.0.0.1:{port}/: Connection refused", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, e.Message, StringComparison.Ordinal);
        }
        using (var broker = new MqttBroker())
        using (var webhook = new Webhook(new WebhookOptions(new Uri($"http://127.0.0.1:{broker.Port}/"), null)))
            await Assert.ThrowsAsync<IOException>(() => webhook.Send(Batch("{}"), 0, CancellationToken.None));
        using var silent = new HttpServer { IsSilent = true };
        using var patient = new Webhook(new WebhookOptions(new Uri($"http://127.0.0.1:{silent.Port}/"), null));
        using var cancel = new CancellationTokenSource();
        Task sending = patient.Send(Batch("{}"), 0, cancel.Token);
        await WebPageTests.Until(() => Task.FromResult(!silent.Posts.IsEmpty));
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public void A_broker_gets_each_result_as_a_message_on_the_topic()
    {
        using var broker = new MqttBroker();
        (int code, string output, string errors) = Watch(10, "--mqtt", $"mqtt://127.0.0.1:{broker.Port}/boards/front%20door", "--mqtt-user", "board", "--mqtt-password-file", SecretFile());
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal($"MQTT 4 board {Secret}", Assert.Single(broker.Logins));
        Assert.All(broker.Messages, static m => Assert.Equal("boards/front door", m.Topic));
        Assert.Equal(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1], broker.Messages.Select(static m => m.Payload));
        Assert.DoesNotContain(Secret, output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_refuses_or_cuts_the_connection_is_a_failure_and_it_connects_again()
    {
        using (var strict = new MqttBroker(code: 5))
        using (var refused = new MqttPublisher(Options(strict.Port)))
        {
            IOException e = await Assert.ThrowsAsync<IOException>(() => refused.Send(Batch("{}"), 0, CancellationToken.None));
            Assert.Equal($"127.0.0.1:{strict.Port} answers NotAuthorized", e.Message);
        }
        using var broker = new MqttBroker(cutAfter: 2);
        using var publisher = new MqttPublisher(Options(broker.Port));
        ResultBatch batch = Batch("1", "2", "3", "4");
        await Assert.ThrowsAsync<IOException>(() => publisher.Send(batch, 0, CancellationToken.None));
        Assert.Equal(["1", "2"], broker.Messages.Select(static m => m.Payload));
        await WebPageTests.Until(async () =>
        {
            try
            {
                await publisher.Send(batch, 0, CancellationToken.None);
                return true;
            }
            catch (IOException)
            {
                // The client is still closing the old connection.
                return false;
            }
        });
        Assert.Equal(["1", "2", "1", "2", "3", "4"], broker.Messages.Select(static m => m.Payload));
        using Socket held = Held(out int port);
        using var nowhere = new MqttPublisher(Options(port));
        Assert.Contains($"127.0.0.1:{port}: ", (await Assert.ThrowsAsync<IOException>(() => nowhere.Send(batch, 0, CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_never_answers_holds_up_neither_the_model_nor_the_end()
    {
        using var server = new HttpServer { IsSilent = true };
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        (int code, string output, _) = Watch(200, "--webhook", $"http://127.0.0.1:{server.Port}/");
        JsonElement summary = JsonDocument.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement.GetProperty("summary");
        Assert.Equal(0, code);
        Assert.Equal(200, summary.GetProperty("frames").GetInt32());
        JsonElement sink = summary.GetProperty("sinks")[0];
        Assert.Equal((0, 200), (sink.GetProperty("sent").GetInt32(), sink.GetProperty("dropped").GetInt32()));
        // What it took less what the models took is the moment that the end gives.
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds - summary.GetProperty("seconds").GetDouble(), 0, 30);
    }

    [Fact]
    public async Task The_thread_of_the_model_allocates_nothing_for_what_is_sent_and_the_page_counts_it()
    {
        var transport = new FakeTransport();
        transport.Gate.Reset();
        using var sender = new ResultSender(transport, static _ => { }, 64, TimeSpan.Zero, static (_, _) => false, seed: 1);
        var counting = new CountingSink(sender, transport);
        using (var watch = new WebWatch(model, camera: new SteadyCamera(), sinks: [counting]))
        {
            await WebPageTests.Until(() => Task.FromResult(counting.Results > 200));
            JsonElement sink = (await WebPageTests.JsonOf(watch, "api/status")).GetProperty("sinks")[0];
            Assert.Equal("fake", sink.GetProperty("name").GetString());
            Assert.True(sink.GetProperty("dropped").GetInt64() > 0);
            using HttpResponseMessage metrics = await watch.Get("metrics");
            string text = await metrics.Content.ReadAsStringAsync();
            Assert.Contains("edgekit_results_total{sink=\"fake\",outcome=\"sent\"} 0\n", text, StringComparison.Ordinal);
            Assert.Matches("edgekit_results_total\\{sink=\"fake\",outcome=\"dropped\"\\} [1-9]", text);
            transport.Gate.Set();
        }
        Assert.Equal(0, counting.BytesAfterTheFirst);
    }

    [Fact]
    public void Wrong_options_are_said_without_their_secrets()
    {
        string secret = SecretFile(), blank = model.At("blank"), two = model.At("two");
        File.WriteAllText(blank, "\n");
        File.WriteAllText(two, $"{Secret} {Secret}\n");
        foreach ((string[] options, string message) in ((string[], string)[])[
            (["--webhook", "server"], "--webhook takes an address"), (["--webhook", "ftp://server/"], "--webhook takes an address"), (["--webhook", $"https://me:{Secret}@server/"], "--webhook takes no user"),
            (["--webhook-token-file", secret], "--webhook-token-file goes with --webhook"), (["--webhook", "https://server/", "--webhook-token-file", blank], "a token is one line"),
            (["--webhook", "https://server/", "--webhook-token-file", two], "a token is one line"), (["--mqtt", "broker"], "--mqtt takes a broker"), (["--mqtt", "http://broker/"], "--mqtt takes a broker"),
            (["--mqtt", $"mqtt://me:{Secret}@broker/"], "--mqtt takes no user"), (["--mqtt", "mqtt://broker/a/%23"], "without # and +"), (["--mqtt", "mqtt://broker/", "--mqtt-password-file", secret], "goes with --mqtt-user"),
            (["--mqtt-user", "me"], "--mqtt-user goes with --mqtt"), (["--record-mb", "5"], "--record-mb goes with --record"), (["--record", model.At("r"), "--record-mb", "0"], "--record-mb takes a number from 1")])
        {
            (int code, _, string errors) = Watch(1, options);
            Assert.Equal(2, code);
            Assert.Contains(message, errors, StringComparison.Ordinal);
            Assert.Single(errors.TrimEnd('\n').Split('\n'));
            Assert.DoesNotContain(Secret, errors, StringComparison.Ordinal);
        }
        Assert.Equal(1, Watch(1, "--webhook", "https://server/", "--webhook-token-file", model.At("nothing")).Code);
    }

    [Fact]
    public void Addresses_of_brokers_have_their_ports_and_topics()
    {
        Assert.Equal(("broker", 1883, false, $"edgekit/{Environment.MachineName}"), Parts("mqtt://broker"));
        Assert.Equal(("broker", 8883, true, "a/b"), Parts("mqtts://broker/a/b/"));
        Assert.Equal(("10.0.0.7", 99, false, "a b/ü"), Parts("mqtt://10.0.0.7:99/a%20b/%C3%BC"));

        static (string, int, bool, string) Parts(string url)
        {
            MqttOptions options = MqttOptions.Of(url, new Arguments([], [], []));
            return (options.Host, options.Port, options.IsEncrypted, options.Topic);
        }
    }

    private static MqttOptions Options(int port) => new("127.0.0.1", port, IsEncrypted: false, "t", null, null);

    private static ResultBatch Batch(params string[] texts)
    {
        var queue = new ResultQueue(16);
        var batch = new ResultBatch(16);
        foreach (string text in texts) queue.Put(System.Text.Encoding.UTF8.GetBytes(text));
        queue.Take(batch, TimeSpan.Zero);
        return batch;
    }

    private string SecretFile()
    {
        string file = model.At("secret");
        File.WriteAllText(file, Secret + "\n");
        return file;
    }

    private (int Code, string Output, string Errors) Watch(int frames, params string[] options)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        int code = EdgeKit.Agent.CommandLine.Run(["watch", model.Ekm, "--camera", "scenes:3", "--size", "64x48", "--frames", $"{frames}", "--json", .. options], output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>Measures what the thread of the models allocates from one result to the next.</summary>
    /// <summary>A port that nobody listens on, held so that it does not become that of a test beside this one.</summary>
    private static Socket Held(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private sealed class CountingSink(ResultSender sender, FakeTransport transport) : IResultSink
    {
        private const int First = 100;

        private long _results;
        private long _before;

        public long Results => Volatile.Read(ref _results);

        public long BytesAfterTheFirst { get; private set; }

        public string Name => sender.Name;

        public SinkCounts Counts => sender.Counts;

        public void Put(ReadOnlySpan<byte> json)
        {
            if (_results == First) _before = GC.GetAllocatedBytesForCurrentThread();
            if (_results > First) BytesAfterTheFirst = GC.GetAllocatedBytesForCurrentThread() - _before;
            sender.Put(json);
            // The sending thread, of low priority, may take its batch late, and with it memory that the queue has to get anew.
            if (transport.Attempts > 0) Volatile.Write(ref _results, _results + 1);
        }

        public void End() => sender.End();

        public void Finish() => sender.Finish();

        public void Dispose() => sender.Dispose();
    }
}
