using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EdgeKit.Agent.Web;

/// <summary>Who may look: whoever shows the token, or without one whoever asks this machine by its own name.</summary>
/// <param name="token">The token; null for none.</param>
internal sealed class WebGuard(string? token)
{
    private const string Cookie = "edgekit", Query = "token", Scheme = "Bearer ";

    private readonly byte[] _token = Encoding.UTF8.GetBytes(token ?? "");

    /// <summary>What is to become of a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>200 to go on, 303 to ask again with the cookie that <see cref="CookieText"/> sets, 401 without a right token, 421 for a name that is not this machine's.</returns>
    public int Check(HttpRequest request)
    {
        // A web page elsewhere may let its own name point to 127.0.0.1, and would then read the camera from a browser on this machine.
        if (token is null) return IsThisMachine(request.Host.Host) ? StatusCodes.Status200OK : StatusCodes.Status421MisdirectedRequest;
        if (request.Query.TryGetValue(Query, out Microsoft.Extensions.Primitives.StringValues given))
            return IsToken(given.ToString()) ? StatusCodes.Status303SeeOther : StatusCodes.Status401Unauthorized;
        string authorization = request.Headers.Authorization.ToString();
        bool isRight = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? IsToken(authorization[Scheme.Length..]) : IsToken(request.Cookies[Cookie] ?? "");
        return isRight ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
    }

    /// <summary>The cookie, which no script sees and no other site's page sends.</summary>
    public string CookieText => $"{Cookie}={token}; Path=/; HttpOnly; SameSite=Strict";

    private bool IsToken(string given) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _token);

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.AsSpan().Trim("[]"), out IPAddress? address) && IPAddress.IsLoopback(address));
}
