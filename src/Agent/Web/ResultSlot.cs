using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Agent.Web;

/// <summary>
/// Room for one result, which the thread of the model fills when it is asked to and not before: without anybody who looks on it copies nothing, and it never waits for one who does.
/// </summary>
internal sealed class ResultSlot
{
    private readonly object _gate = new();
    private volatile bool _isAsking;
    private bool _isFilled;
    private bool _withPicture;
    private byte[] _pixels = [];
    private byte[] _json = [];
    private Findings? _findings;
    private (PixelFormat Format, int Width, int Height, int Stride, YuvMatrix Matrix, int Length) _form;
    private int _jsonLength;

    /// <summary>Whether a result is asked for.</summary>
    public bool IsAsking => _isAsking;

    /// <summary>Whether the result came with its picture.</summary>
    public bool HasPicture { get; private set; }

    /// <summary>The picture.</summary>
    public RawPicture Picture => new(_form.Format, _form.Width, _form.Height, _form.Stride, _form.Matrix, _pixels.AsSpan(0, _form.Length));

    /// <summary>What was found in it; null without a decoder.</summary>
    public Findings? Findings { get; private set; }

    /// <summary>Names of the findings' classes.</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    /// <summary>The result as an object of JSON.</summary>
    public ReadOnlySpan<byte> Json => _json.AsSpan(0, _jsonLength);

    /// <summary>Asks for a result, unless that has been done, and waits for it. What it holds is the caller's until the next call.</summary>
    /// <param name="withPicture">Whether the picture is wanted.</param>
    /// <param name="patience">How long to wait.</param>
    /// <returns>Whether it has come.</returns>
    public bool Ask(bool withPicture, TimeSpan patience)
    {
        lock (_gate)
        {
            if (!_isAsking && !_isFilled)
            {
                _withPicture = withPicture;
                _isAsking = true;
            }
            if (!_isFilled) Monitor.Wait(_gate, patience);
            if (!_isFilled) return false;
            _isFilled = false;
            return true;
        }
    }

    /// <summary>Copies the result that is asked for. Allocates only where it is larger than those before.</summary>
    public void Fill(RawPicture picture, Findings? findings, IReadOnlyList<string> labels, ReadOnlySpan<byte> json)
    {
        if (!_isAsking) return;
        HasPicture = _withPicture;
        if (_withPicture)
        {
            _form = (picture.Format, picture.Width, picture.Height, picture.Stride, picture.Matrix, picture.Data.Length);
            Copy(picture.Data, ref _pixels);
        }
        if (findings is not null) _findings = findings.CopyTo(_findings);
        (Findings, Labels, _jsonLength) = (findings is null ? null : _findings, labels, json.Length);
        Copy(json, ref _json);
        _isAsking = false;
        lock (_gate)
        {
            _isFilled = true;
            Monitor.Pulse(_gate);
        }
    }

    private static void Copy(ReadOnlySpan<byte> from, ref byte[] to)
    {
        // Compressed pictures and texts vary in length.
        if (to.Length < from.Length) to = new byte[from.Length + (from.Length / 4)];
        from.CopyTo(to);
    }
}
