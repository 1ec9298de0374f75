using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeKit.Imaging;

namespace EdgeKit.Devices;

/// <summary>
/// Uncompressed video in YUV4MPEG2 (.y4m), as ffmpeg and mplayer write it: 8-bit 4:2:0, 4:2:2, 4:4:4 or mono. A line "YUV4MPEG2" with tagged parameters, then for each picture a
/// line "FRAME" and the planes. The place of the chroma samples, interlacing and the aspect of pixels are ignored.
/// </summary>
public sealed class Y4mSource : IFrameSource
{
    private const int MaxLine = 1024;

    private readonly Stream _stream;
    private readonly FramePool _pool;
    private readonly FrameLayout _layout;
    private readonly byte[] _line = new byte[MaxLine];
    private long _next;

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">The video; disposed with this.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageException">It is no such video, or not of 8 bits.</exception>
    public Y4mSource(Stream stream, string name)
    {
        Name = name;
        _stream = new BufferedStream(stream, 1 << 16);
        _layout = ParseHeader();
        _pool = new FramePool(_layout);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Width => _layout.Width;

    /// <inheritdoc/>
    public int Height => _layout.Height;

    /// <summary>Pictures a second that the header states; 0 where it does not.</summary>
    public double FrameRate { get; private set; }

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <inheritdoc/>
    public CapturedFrame? Capture(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return null;
        int length = ReadLine();
        if (length < 0) return null;
        if (!_line.AsSpan(0, length).StartsWith("FRAME"u8)) throw new ImageException($"{Name}: no FRAME line before picture {_next}; the file is damaged");
        CapturedFrame frame = _pool.Rent();
        int read = _stream.ReadAtLeast(frame.Array, frame.Array.Length, throwOnEndOfStream: false);
        if (read == frame.Array.Length) return frame.Lend(read, Stopwatch.GetTimestamp(), _next++);
        _pool.Abandon(frame);
        throw new ImageException($"{Name}: ends after {read} of the {frame.Array.Length} bytes of picture {_next}");
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private FrameLayout ParseHeader()
    {
        int length = ReadLine();
        string[] fields = length < 0 ? [] : Encoding.ASCII.GetString(_line, 0, length).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0 || fields[0] != "YUV4MPEG2") throw new ImageException($"{Name}: not a Y4M video: it does not begin with YUV4MPEG2");
        int width = 0, height = 0;
        string chroma = "420";
        YuvMatrix matrix = YuvMatrix.Bt601Limited;
        foreach (string field in fields.AsSpan(1))
        {
            string value = field[1..];
            switch (field[0])
            {
                case 'W': width = Size(value); break;
                case 'H': height = Size(value); break;
                case 'C': chroma = value; break;
                case 'F': FrameRate = Ratio(value); break;
                case 'X' when value == "COLORRANGE=FULL": matrix = YuvMatrix.Bt601Full; break;
                default: break;
            }
        }
        if (width < 1 || height < 1 || (long)width * height > Frame.MaxPixels) throw new ImageException($"{Name}: a video of {width}x{height} pixels");
        PixelFormat format = chroma switch
        {
            "420" or "420jpeg" or "420mpeg2" or "420paldv" => PixelFormat.I420,
            "422" => PixelFormat.I422,
            "444" => PixelFormat.I444,
            "mono" => PixelFormat.Grey,
            _ => throw new ImageException($"{Name}: chroma \"{chroma}\" is not read, only 8-bit 420, 422, 444 and mono; convert it with ffmpeg -pix_fmt yuv420p"),
        };
        return new FrameLayout(format, width, height, width, matrix);
    }

    private static int Size(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0;

    private static double Ratio(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length == 2 && Size(parts[0]) is > 0 and int over && Size(parts[1]) is > 0 and int under ? (double)over / under : 0;
    }

    /// <summary>Reads a line into <see cref="_line"/>; returns its length without the end, -1 at the end of the file.</summary>
    private int ReadLine()
    {
        for (int length = 0; length < MaxLine; length++)
        {
            int read = _stream.ReadByte();
            if (read == '\n') return length;
            if (read < 0) return length == 0 ? -1 : throw new ImageException($"{Name}: ends within a line");
            _line[length] = (byte)read;
        }
        throw new ImageException($"{Name}: a line of more than {MaxLine} bytes; not a Y4M video, or damaged");
    }
}
