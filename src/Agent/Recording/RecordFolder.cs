using System.Globalization;

namespace EdgeKit.Agent.Recording;

/// <summary>
/// Pictures in a folder that keeps within its bound: files of JPEGs one after the other, <c>record-000001.mjpeg</c> and so on, each at most an eighth of all, of which the oldest is deleted
/// when there is no room. It touches no other file. Where the disk is full it deletes its own oldest, and where that does not help it leaves pictures out and tries again later.
/// </summary>
/// <param name="folder">The folder, which is there.</param>
/// <param name="most">Most bytes of all files together.</param>
/// <param name="tell">Gets a line when the disk is full and when it is not any more.</param>
/// <param name="clock">The clock.</param>
/// <param name="open">Makes a file.</param>
internal sealed class RecordFolder(string folder, long most, Action<string> tell, TimeProvider clock, Func<string, Stream> open) : IDisposable
{
    private const string Start = "record-", End = ".mjpeg";
    private const int Parts = 8;

    // errno of a disk or a quota that is full, which .NET's exceptions carry.
    private const int NoSpace = 28, QuotaExceeded = 122;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly Queue<(string Path, long Length)> _old = new();
    private Stream? _stream;
    private string _path = "";
    private int _number;
    private long _oldBytes;
    private long _length;
    private long? _fullSince;
    private bool _isScanned;

    /// <summary>Records to a folder with the system's clock.</summary>
    public RecordFolder(string folder, long most, Action<string> tell)
        : this(folder, most, tell, TimeProvider.System, static path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0))
    {
    }

    /// <summary>Pictures that were written.</summary>
    public long Written { get; private set; }

    /// <summary>Pictures that there was no room for.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Bytes of all files.</summary>
    public long Bytes => _oldBytes + _length;

    /// <summary>Adds a picture.</summary>
    /// <param name="picture">A JPEG.</param>
    public void Add(ReadOnlySpan<byte> picture)
    {
        if (picture.Length > most || (_fullSince is { } since && clock.GetElapsedTime(since) < Rest))
        {
            LeftOut++;
            return;
        }
        while (true)
        {
            IOException? failure = Try(picture);
            if (failure is null) break;
            if (_old.Count > 0 && failure.HResult is NoSpace or QuotaExceeded)
            {
                DeleteOldest();
                continue;
            }
            if (_fullSince is null) tell($"{folder}: cannot be recorded to: {failure.Message}; pictures are left out until it can");
            _fullSince = clock.GetTimestamp();
            LeftOut++;
            return;
        }
        if (_fullSince is not null) tell($"{folder}: is recorded to again");
        _fullSince = null;
        Written++;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => Close();

    /// <summary>Writes a picture, whole or not at all.</summary>
    /// <returns>Why it could not be written.</returns>
    private IOException? Try(ReadOnlySpan<byte> picture)
    {
        try
        {
            if (!_isScanned) Scan();
            if (_stream is null || _length + picture.Length > most / Parts) Next();
            while (_old.Count > 0 && Bytes + picture.Length > most) DeleteOldest();
            _stream!.Write(picture);
            _length += picture.Length;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Truncate();
            return e as IOException ?? new IOException(e.Message, e);
        }
    }

    /// <summary>Finds the files of earlier runs, which count and are the first to go.</summary>
    private void Scan()
    {
        _old.Clear();
        (_oldBytes, _number) = (0, 0);
        foreach (string path in Directory.GetFiles(folder, $"{Start}*{End}").Order())
        {
            string number = Path.GetFileName(path)[Start.Length..^End.Length];
            if (number.Length < 6 || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int value)) continue;
            _number = Math.Max(_number, value);
            Retire(path, new FileInfo(path).Length);
        }
        _isScanned = true;
    }

    private void Next()
    {
        Close();
        _number++;
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Start}{_number:D6}{End}"));
        _stream = open(path);
        (_path, _length) = (path, 0);
    }

    private void Close()
    {
        if (_stream is null) return;
        _stream.Dispose();
        _stream = null;
        Retire(_path, _length);
        _length = 0;
    }

    private void Retire(string path, long length)
    {
        _old.Enqueue((path, length));
        _oldBytes += length;
    }

    private void DeleteOldest()
    {
        (string path, long length) = _old.Dequeue();
        _oldBytes -= length;
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tell($"{path}: cannot be deleted: {e.Message}");
        }
    }

    /// <summary>Takes back what was written of a picture that did not fit, so that the file ends with a whole one.</summary>
    private void Truncate()
    {
        try
        {
            _stream?.SetLength(_length);
            if (_stream is not null) _stream.Position = _length;
        }
        catch (IOException)
        {
            // The file ends within a picture; another one is begun.
            Close();
        }
    }
}
