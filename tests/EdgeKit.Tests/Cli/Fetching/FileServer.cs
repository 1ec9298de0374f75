using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeKit.Tests.Cli.Fetching;

/// <summary>An HTTP server of this computer alone that gives one file, as badly as a test wants.</summary>
internal sealed partial class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _file;
    private readonly Task _loop;

    public FileServer(byte[] file)
    {
        _file = file;
        _listener.Start();
        Address = $"http://{_listener.LocalEndpoint}/model.onnx";
        _loop = Task.Run(ServeAsync);
    }

    public string Address { get; }

    /// <summary>Whether it knows range requests.</summary>
    public bool Ranges { get; init; } = true;

    /// <summary>What it answers instead of 200.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Bytes of the body that a connection brings before it is cut, connection by connection; then all of them.</summary>
    public Queue<int> Cuts { get; } = [];

    /// <summary>Called when all bytes up to a cut are sent, before the connection is closed.</summary>
    public Action? AtCut { get; init; }

    /// <summary>First byte that each request asked for.</summary>
    public List<int> Asked { get; } = [];

    public void Dispose()
    {
        _listener.Stop();
        Assert.True(_loop.Wait(TimeSpan.FromSeconds(30)));
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        string request = await ReadHeadAsync(stream);
        int from = Range().Match(request) is { Success: true } range ? int.Parse(range.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : 0;
        Asked.Add(from);
        bool partial = Ranges && from > 0;
        if (!partial) from = 0;
        int status = Status != 200 ? Status : !partial ? 200 : from < _file.Length ? 206 : 416;
        byte[] body = status is 200 or 206 ? _file[from..] : [];
        string head = $"HTTP/1.1 {status} x\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{(status == 206 ? $"Content-Range: bytes {from}-{_file.Length - 1}/{_file.Length}\r\n" : "")}\r\n";
        bool cut = Cuts.TryDequeue(out int length);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            await stream.WriteAsync(cut ? body.AsMemory(0, length) : body);
            if (cut) AtCut?.Invoke();
        }
        catch (IOException)
        {
            // The client had enough.
        }
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(buffer);
            if (read == 0) break;
            head.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        return head.ToString();
    }

    [GeneratedRegex(@"Range: bytes=(\d+)-")]
    private static partial Regex Range();
}
