using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeKit.Agent.Web;

/// <summary>Answers requests. What Kestrel itself refuses (malformed, too large, too slow) does not get here.</summary>
/// <param name="watched">What is told.</param>
/// <param name="guard">Who may look.</param>
/// <param name="stop">Ends streams.</param>
internal sealed class WebRequests(Watched watched, WebGuard guard, CancellationToken stop) : IHttpApplication<HttpContext>
{
    private const string Json = "application/json", Text = "text/plain; charset=utf-8", RetryAfterSeconds = "5";

    private static readonly TimeSpan FindingsPatience = TimeSpan.FromSeconds(2);

    private readonly PageFile _page = new();

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await Answer(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The viewer has gone, or the agent stops.
            context.Abort();
        }
    }

    private Task Answer(HttpContext context)
    {
        HttpRequest request = context.Request;
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            headers.Allow = "GET, HEAD";
            return Refuse(context, StatusCodes.Status405MethodNotAllowed, "there is only GET and HEAD");
        }
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            return Refuse(context, StatusCodes.Status413PayloadTooLarge, "a request has no content here");
        switch (guard.Check(request))
        {
            case StatusCodes.Status421MisdirectedRequest:
                return Refuse(context, StatusCodes.Status421MisdirectedRequest, "without a token this page is for this machine: ask for localhost or 127.0.0.1");
            case StatusCodes.Status401Unauthorized:
                headers.WWWAuthenticate = "Bearer";
                return Refuse(context, StatusCodes.Status401Unauthorized, "a token is needed: \"Authorization: Bearer TOKEN\", or ?token=TOKEN in a browser");
            case StatusCodes.Status303SeeOther:
                headers.SetCookie = guard.CookieText;
                // The token leaves the address; a path of our own, so that it leads nowhere else.
                headers.Location = Route(request.Path.Value) is { } path ? path : "/";
                return Write(context, StatusCodes.Status303SeeOther, Text, ReadOnlyMemory<byte>.Empty);
        }
        return Route(request.Path.Value) switch
        {
            "/" => Page(context),
            "/stream" => Stream(context),
            "/api/status" => Write(context, StatusCodes.Status200OK, Json, StatusJson.Of(watched)),
            "/api/findings" => Findings(context),
            "/metrics" => Write(context, StatusCodes.Status200OK, Metrics.ContentType, Metrics.Of(watched)),
            "/healthz" => watched.Fault is { } fault ? WriteText(context, StatusCodes.Status503ServiceUnavailable, fault) : WriteText(context, StatusCodes.Status200OK, "ok"),
            _ => WriteText(context, StatusCodes.Status404NotFound, "there is /, /stream, /api/status, /api/findings, /metrics and /healthz"),
        };
    }

    /// <summary>The path as one of those that there are; null for others.</summary>
    private static string? Route(string? path) => path switch
    {
        "/" => "/",
        "/stream" => "/stream",
        "/api/status" => "/api/status",
        "/api/findings" => "/api/findings",
        "/metrics" => "/metrics",
        "/healthz" => "/healthz",
        _ => null,
    };

    private Task Page(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = _page.Policy;
        return Write(context, StatusCodes.Status200OK, "text/html; charset=utf-8", _page.Content);
    }

    /// <summary>The newest result; it is made for who asks, so that it is never an old one.</summary>
    private async Task Findings(HttpContext context)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stop);
        cancel.CancelAfter(FindingsPatience);
        Publication publication;
        try
        {
            publication = await watched.Presenter.NextFindings(cancel.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            await WriteText(context, StatusCodes.Status503ServiceUnavailable, "no frame").ConfigureAwait(false);
            return;
        }
        try
        {
            await Write(context, StatusCodes.Status200OK, Json, publication.Content.WrittenMemory).ConfigureAwait(false);
        }
        finally
        {
            watched.Presenter.Findings.Return(publication);
        }
    }

    /// <summary>Pictures without end, each replacing the one before. Who reads slowly misses some.</summary>
    private async Task Stream(HttpContext context)
    {
        const string Boundary = "picture";
        Presenter presenter = watched.Presenter;
        HttpResponse response = context.Response;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            response.ContentType = $"multipart/x-mixed-replace; boundary={Boundary}";
            return;
        }
        if (!presenter.TryEnter())
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
            await Refuse(context, StatusCodes.Status503ServiceUnavailable, $"there are {watched.MostViewers} viewers already, no more are let in").ConfigureAwait(false);
            return;
        }
        try
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stop);
            response.ContentType = $"multipart/x-mixed-replace; boundary={Boundary}";
            // A boundary comes right after its picture: browsers show a picture when they see the next boundary.
            Append(response, $"--{Boundary}\r\n");
            await response.BodyWriter.FlushAsync(cancel.Token).ConfigureAwait(false);
            for (long seen = presenter.Pictures.Newest; ;)
            {
                Publication picture = await presenter.Pictures.Next(seen, cancel.Token).ConfigureAwait(false);
                try
                {
                    Append(response, string.Create(CultureInfo.InvariantCulture, $"Content-Type: image/jpeg\r\nContent-Length: {picture.Content.WrittenCount}\r\n\r\n"));
                    await response.BodyWriter.WriteAsync(picture.Content.WrittenMemory, cancel.Token).ConfigureAwait(false);
                    Append(response, $"\r\n--{Boundary}\r\n");
                    await response.BodyWriter.FlushAsync(cancel.Token).ConfigureAwait(false);
                    seen = picture.Number;
                }
                finally
                {
                    presenter.Pictures.Return(picture);
                }
            }
        }
        finally
        {
            presenter.Leave();
        }
    }

    private static void Append(HttpResponse response, string text) => Encoding.ASCII.GetBytes(text, response.BodyWriter);

    /// <summary>An answer after which the connection is closed.</summary>
    private static Task Refuse(HttpContext context, int status, string text)
    {
        context.Response.Headers.Connection = "close";
        return WriteText(context, status, text);
    }

    private static Task WriteText(HttpContext context, int status, string text) => Write(context, status, Text, Encoding.UTF8.GetBytes(text + "\n"));

    private static Task Write(HttpContext context, int status, string type, ReadOnlyMemory<byte> content)
    {
        HttpResponse response = context.Response;
        (response.StatusCode, response.ContentType, response.ContentLength) = (status, type, content.Length);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}
