using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Agent.Web;

public sealed partial class WebPageTests(WebModel model) : IClassFixture<WebModel>
{
    [Fact]
    public async Task The_page_is_one_file_under_a_policy_that_lets_nothing_else_run()
    {
        using var watch = new WebWatch(model);
        using HttpResponseMessage answer = await watch.Get("");
        string page = await answer.Content.ReadAsStringAsync(), policy = Header(answer, "Content-Security-Policy");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        foreach (string part in (string[])["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "connect-src 'self'"]) Assert.Contains(part, policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(("nosniff", "no-referrer", "same-origin"), (Header(answer, "X-Content-Type-Options"), Header(answer, "Referrer-Policy"), Header(answer, "Cross-Origin-Resource-Policy")));
        Assert.Single(StyleOrScript().Matches(page), m => m.Value == "<script>");
        Assert.Single(StyleOrScript().Matches(page), m => m.Value == "<style>");
        // Neither inline handlers and styles, which the policy forbids, nor anything from elsewhere; the name of SVG is no address.
        Assert.DoesNotMatch("""<[^>]*\s(on[a-z]+|style)=""", page);
        Assert.DoesNotContain("//", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).Replace("// ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_findings_metrics_and_health_tell_how_it_goes()
    {
        using var watch = new WebWatch(model);
        JsonElement findings = await JsonOf(watch, "api/findings");
        Assert.Equal(3, findings.GetProperty("top").GetArrayLength());
        long frame = findings.GetProperty("frame").GetInt64();
        Assert.True((await JsonOf(watch, "api/findings")).GetProperty("frame").GetInt64() > frame);

        JsonElement status = await JsonOf(watch, "api/status"), latency = status.GetProperty("latency_ms");
        Assert.True(status.GetProperty("ok").GetBoolean());
        Assert.True(status.GetProperty("frames").GetInt64() > frame);
        Assert.Equal((64, 48), (status.GetProperty("camera").GetProperty("width").GetInt32(), status.GetProperty("camera").GetProperty("height").GetInt32()));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(model.Ekm))), status.GetProperty("model").GetProperty("sha256").GetString());
        Assert.InRange(latency.GetProperty("recent").GetArrayLength(), 2, EdgeKit.Agent.Web.Progress.Recent);
        Assert.InRange(latency.GetProperty("p50").GetDouble(), 0.001, latency.GetProperty("max").GetDouble() + 0.001);
        Assert.InRange(status.GetProperty("board").GetProperty("memory_bytes").GetInt64(), 1, long.MaxValue);

        using HttpResponseMessage metrics = await watch.Get("metrics");
        string text = await metrics.Content.ReadAsStringAsync();
        Assert.Equal("0.0.4", metrics.Content.Headers.ContentType!.Parameters.Single(static p => p.Name == "version").Value);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, static line => Assert.Matches("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_0-9]+="[^"\n]*"(,[a-z_0-9]+="[^"\n]*")*\})? [-+0-9.eE]+)$""", line));
        long[] buckets = [.. lines.Where(static l => l.StartsWith("edgekit_latency_seconds_bucket", StringComparison.Ordinal)).Select(static l => long.Parse(l.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(buckets.Order(), buckets);
        Assert.Contains($"edgekit_latency_seconds_count {buckets[^1]}", lines);
        foreach (string name in (string[])["edgekit_frames_total", "edgekit_frames_dropped_total", "edgekit_frames_lost_total", "edgekit_camera_reconnects_total", "process_resident_memory_bytes", "edgekit_build_info{version="])
            Assert.Contains(lines, l => l.StartsWith(name, StringComparison.Ordinal));

        using HttpResponseMessage health = await watch.Get("healthz");
        Assert.Equal((HttpStatusCode.OK, "ok\n"), (health.StatusCode, await health.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task The_live_picture_is_JPEG_after_JPEG()
    {
        using var watch = new WebWatch(model);
        using HttpResponseMessage answer = await watch.Client.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("multipart/x-mixed-replace", answer.Content.Headers.ContentType!.MediaType);
        var pictures = new PictureReader(await answer.Content.ReadAsStreamAsync());
        for (int i = 0; i < 3; i++)
        {
            byte[] picture = await pictures.Next();
            Assert.Equal([0xFF, 0xD8, 0xFF], picture[..3]);
            Assert.Equal([0xFF, 0xD9], picture[^2..]);
            if (ImageCodecs.JpegDecoderName == "none") continue;
            Frame frame = ImageFile.Decode(picture, "picture");
            Assert.Equal((64, 48), (frame.Width, frame.Height));
        }
    }

    [Fact]
    public async Task HEAD_is_GET_without_content_and_takes_no_place_of_a_viewer()
    {
        using var watch = new WebWatch(model, viewers: 1);
        foreach (string path in (string[])["", "stream", "api/status", "api/findings", "metrics"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using HttpResponseMessage answer = await watch.Client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, 0), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
        }
        using HttpResponseMessage stream = await watch.Client.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
    }

    [Fact]
    public async Task Health_turns_bad_when_frames_stop_and_good_when_they_come_again()
    {
        var clock = new SetClock();
        using var camera = new SteppedCamera();
        using var watch = new WebWatch(model, camera: camera, clock: clock);
        await Expect(HttpStatusCode.ServiceUnavailable, "no frame yet\n");
        camera.Step();
        await Until(async () => (await JsonOf(watch, "api/status")).GetProperty("frames").GetInt64() == 1);
        await Expect(HttpStatusCode.OK, "ok\n");
        clock.Advance(TimeSpan.FromSeconds(9));
        await Expect(HttpStatusCode.OK, "ok\n");
        clock.Advance(TimeSpan.FromSeconds(3));
        await Expect(HttpStatusCode.ServiceUnavailable, "no frame from stepped for 12 s\n");
        JsonElement status = await JsonOf(watch, "api/status");
        Assert.Equal((false, "no frame from stepped for 12 s"), (status.GetProperty("ok").GetBoolean(), status.GetProperty("fault").GetString()));
        camera.Step();
        await Until(async () => (await JsonOf(watch, "api/status")).GetProperty("ok").GetBoolean());
        await Expect(HttpStatusCode.OK, "ok\n");

        async Task Expect(HttpStatusCode code, string text)
        {
            using HttpResponseMessage answer = await watch.Get("healthz");
            Assert.Equal((code, text), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        }
    }

    [Fact]
    public async Task The_picture_has_what_was_found_drawn_on_it_only_while_somebody_looks()
    {
        using var camera = new SteppedCamera();
        using var watch = new WebWatch(model, camera: camera);
        camera.Step();
        await Until(async () => (await JsonOf(watch, "api/status")).GetProperty("frames").GetInt64() == 1);
        Assert.False(watch.Page.IsAsking);
        using HttpResponseMessage answer = await watch.Client.GetAsync("stream", HttpCompletionOption.ResponseHeadersRead);
        await Until(() => Task.FromResult(watch.Page.IsAsking));
        camera.Step();
        Assert.NotEmpty(await new PictureReader(await answer.Content.ReadAsStreamAsync()).Next());
    }

    internal static async Task<JsonElement> JsonOf(WebWatch watch, string path)
    {
        using HttpResponseMessage answer = await watch.Get(path);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    internal static async Task Until(Func<Task<bool>> holds)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "it does not come to hold");
            await Task.Yield();
        }
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    [GeneratedRegex("<(script|style)\\b[^>]*>")]
    private static partial Regex StyleOrScript();
}
