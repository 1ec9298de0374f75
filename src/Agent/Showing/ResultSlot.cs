using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Agent.Showing;

/// <summary>
/// Room for one result, which the thread of the models fills when it is asked to and not before: without anybody who looks on it copies nothing, and it never waits for one who does.
/// </summary>
internal sealed class ResultSlot
{
    private readonly object _gate = new();
    private volatile bool _isAsking;
    private bool _isFilled;
    private bool _withPicture;
    private byte[] _pixels = [];
    private byte[] _json = [];
    private Copy[] _copies = [];
    private (PixelFormat Format, int Width, int Height, int Stride, YuvMatrix Matrix, int Length) _form;
    private int _jsonLength;

    /// <summary>Whether a result is asked for.</summary>
    public bool IsAsking => _isAsking;

    /// <summary>Whether the result came with its picture.</summary>
    public bool HasPicture { get; private set; }

    /// <summary>The picture.</summary>
    public RawPicture Picture => new(_form.Format, _form.Width, _form.Height, _form.Stride, _form.Matrix, _pixels.AsSpan(0, _form.Length));

    /// <summary>What each model found in it, where it has a decoder.</summary>
    public IReadOnlyList<Copy> Found => _copies;

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
    public void Fill(RawPicture picture, ModelResult[] results, ReadOnlySpan<byte> json)
    {
        if (!_isAsking) return;
        HasPicture = _withPicture;
        if (_withPicture)
        {
            _form = (picture.Format, picture.Width, picture.Height, picture.Stride, picture.Matrix, picture.Data.Length);
            CopyTo(picture.Data, ref _pixels);
        }
        if (_copies.Length != results.Length) _copies = Enumerable.Range(0, results.Length).Select(static _ => new Copy());
        for (int i = 0; i < results.Length; i++) _copies[i].Take(results[i]);
        _jsonLength = json.Length;
        CopyTo(json, ref _json);
        _isAsking = false;
        lock (_gate)
        {
            _isFilled = true;
            Monitor.Pulse(_gate);
        }
    }

    private static void CopyTo(ReadOnlySpan<byte> from, ref byte[] to)
    {
        // Compressed pictures and texts vary in length.
        if (to.Length < from.Length) to = new byte[from.Length + (from.Length / 4)];
        from.CopyTo(to);
    }

    /// <summary>What a model found.</summary>
    internal sealed class Copy
    {
        private Findings? _memory;

        /// <summary>What its decoder found; null without one.</summary>
        public Findings? Findings { get; private set; }

        /// <summary>Names of the findings' classes.</summary>
        public IReadOnlyList<string> Labels { get; private set; } = [];

        internal void Take(ModelResult result)
        {
            if (result.Findings is { } findings) _memory = findings.CopyTo(_memory);
            (Findings, Labels) = (result.Findings is null ? null : _memory, result.Labels);
        }
    }
}
