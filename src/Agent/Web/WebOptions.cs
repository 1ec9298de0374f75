using System.Globalization;
using System.Net;
using EdgeKit.Imaging;

namespace EdgeKit.Agent.Web;

/// <summary>What the options of the web page say.</summary>
/// <param name="EndPoint">Where it listens.</param>
/// <param name="Token">What a request must show; null where none is asked for, which is for this machine alone.</param>
internal sealed record WebOptions(IPEndPoint EndPoint, string? Token)
{
    private const int ShortestToken = 16, LongestToken = 256;

    /// <summary>Most viewers of the live picture at a time.</summary>
    public int Viewers { get; init; } = 8;

    /// <summary>Most pictures a second.</summary>
    public int FramesPerSecond { get; init; } = 10;

    /// <summary>Reads the options.</summary>
    /// <exception cref="UsageException">One is wrong, or a token is missing.</exception>
    public static WebOptions Of(Arguments arguments)
    {
        IPEndPoint endPoint = EndPointOf(arguments.Text("--web")!);
        string? token = arguments.Text("--web-token-file") is { } file ? TokenOf(file) : null;
        if (token is null && !IPAddress.IsLoopback(endPoint.Address))
            throw new UsageException($"--web {endPoint} can be reached from other machines; give --web-token-file FILE, or --web {endPoint.Port} for this machine alone");
        var options = new WebOptions(endPoint, token);
        return options with { Viewers = arguments.Number("--web-viewers", 1, 64) ?? options.Viewers, FramesPerSecond = arguments.Number("--web-fps", 1, 60) ?? options.FramesPerSecond };
    }

    private static IPEndPoint EndPointOf(string text)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)) return new IPEndPoint(IPAddress.Loopback, port);
        int colon = text.LastIndexOf(':');
        if (colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && IPEndPoint.TryParse(text, out IPEndPoint? endPoint) && endPoint.Port == port) return endPoint;
        throw new UsageException("--web takes a port, such as 8080, or an address of this machine and a port, such as 0.0.0.0:8080 or [::]:8080");
    }

    private static string TokenOf(string file)
    {
        string token = InputFile.ReadText(file).Trim();
        if (token.Length is >= ShortestToken and <= LongestToken && token.AsSpan().IndexOfAnyExcept(TokenCharacters) < 0) return token;
        throw new UsageException($"{file}: a token has {ShortestToken} to {LongestToken} letters, digits or characters of \"-._~\"; make one with: openssl rand -hex 32 > {file}");
    }

    /// <summary>What stands for itself in a cookie and in an address.</summary>
    private static readonly System.Buffers.SearchValues<char> TokenCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");
}
