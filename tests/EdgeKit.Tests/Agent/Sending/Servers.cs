using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeKit.Tests.Agent.Sending;

/// <summary>A server on this machine that serves one connection after the other on a thread of its own.</summary>
internal abstract class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _clients = [];

    protected LoopbackServer()
    {
        _listener.Start();
        new Thread(Listen) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => _clients.Count;

    /// <summary>What it shows by TLS; null for a server without.</summary>
    public X509Certificate2? Certificate { get; init; }

    public virtual void Dispose()
    {
        _listener.Stop();
        lock (_clients) foreach (TcpClient client in _clients) client.Dispose();
    }

    protected abstract void Serve(Stream stream);

    private SslStream Encrypted(Stream stream)
    {
        var encrypted = new SslStream(stream);
        encrypted.AuthenticateAsServer(Certificate!);
        return encrypted;
    }

    private void Listen()
    {
        try
        {
            while (true)
            {
                TcpClient client = _listener.AcceptTcpClient();
                lock (_clients) _clients.Add(client);
                new Thread(() =>
                {
                    try
                    {
                        Serve(Certificate is null ? client.GetStream() : Encrypted(client.GetStream()));
                    }
                    catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or AuthenticationException)
                    {
                    }
                    client.Dispose();
                })
                { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }
}

/// <summary>Takes posts and answers each with the next of the statuses; after the last, 200.</summary>
internal sealed class HttpServer(params int[] statuses) : LoopbackServer
{
    private int _answered;

    public ConcurrentQueue<(string Head, string Body)> Posts { get; } = new();

    /// <summary>Whether it answers nothing.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Further lines of each answer's head.</summary>
    public string Extra { get; init; } = "";

    protected override void Serve(Stream stream)
    {
        while (ReadHead(stream) is { } head)
        {
            int at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
            int length = at < 0 ? 0 : int.Parse(head[(at + 16)..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
            byte[] body = new byte[length];
            stream.ReadExactly(body);
            Posts.Enqueue((head, Encoding.UTF8.GetString(body)));
            int answer = Interlocked.Increment(ref _answered) - 1, status = answer < statuses.Length ? statuses[answer] : 200;
            if (IsSilent) continue;
            stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n{Extra}\r\nok"));
        }
    }

    private static string? ReadHead(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (stream.Read(one) == 1)
        {
            head.Append((char)one[0]);
            if (head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n") return head.ToString();
        }
        return null;
    }
}

/// <summary>A broker of MQTT 3.1.1 that takes messages (QoS 1) and says so. The code of a connection's answer is that of <c>code</c>; after so many messages a connection is cut, once.</summary>
internal sealed class MqttBroker(byte code = 0, int cutAfter = int.MaxValue) : LoopbackServer
{
    private int _messages;
    private bool _isCut;

    public ConcurrentQueue<(string Topic, string Payload)> Messages { get; } = new();

    public ConcurrentQueue<string> Logins { get; } = new();

    protected override void Serve(Stream stream)
    {
        while (true)
        {
            int type = stream.ReadByte();
            if (type < 0) return;
            byte[] packet = new byte[ReadLength(stream)];
            stream.ReadExactly(packet);
            switch (type >> 4)
            {
                case 1:
                    Logins.Enqueue(LoginOf(packet));
                    stream.Write([0x20, 2, 0, code]);
                    break;
                case 3:
                    if (Interlocked.Increment(ref _messages) > cutAfter && !_isCut)
                    {
                        _isCut = true;
                        return;
                    }
                    int at = 0;
                    string topic = TextOf(packet, ref at);
                    Messages.Enqueue((topic, Encoding.UTF8.GetString(packet.AsSpan(at + 2))));
                    stream.Write([0x40, 2, packet[at], packet[at + 1]]);
                    break;
                case 12: stream.Write([0xD0, 0]); break;
                case 14: return;
                default: throw new InvalidOperationException($"packet {type}");
            }
        }
    }

    private static int ReadLength(Stream stream)
    {
        int length = 0;
        for (int shift = 0; ; shift += 7)
        {
            int next = stream.ReadByte();
            length |= (next & 127) << shift;
            if (next < 128) return length;
        }
    }

    /// <summary>Protocol, level, and user and password where there are some.</summary>
    private static string LoginOf(byte[] packet)
    {
        int at = 0;
        string protocol = TextOf(packet, ref at);
        (byte level, byte flags) = (packet[at], packet[at + 1]);
        at += 4;
        string client = TextOf(packet, ref at);
        Assert(client.StartsWith("edgekit-", StringComparison.Ordinal));
        string user = (flags & 128) != 0 ? TextOf(packet, ref at) : "", password = (flags & 64) != 0 ? TextOf(packet, ref at) : "";
        return $"{protocol} {level} {user} {password}";
    }

    private static string TextOf(byte[] packet, ref int at)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
        string text = Encoding.UTF8.GetString(packet.AsSpan(at + 2, length));
        at += 2 + length;
        return text;
    }

    private static void Assert(bool holds)
    {
        if (!holds) throw new InvalidOperationException("another client");
    }
}
