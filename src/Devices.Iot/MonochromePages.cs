using EdgeKit.Imaging;
using EdgeKit.Imaging.Drawing;

namespace EdgeKit.Devices.Iot;

/// <summary>
/// Lines of text as the memory of an SSD1306 of 128x64 pixels: eight pages of eight rows each; a byte holds a column of a page, its lowest bit the uppermost row (Solomon Systech, SSD1306
/// data sheet, section 8.7).
/// </summary>
internal sealed class MonochromePages
{
    internal const int Width = 128, Height = 64, Pages = Height / 8;

    private static readonly (int Width, int Height) Letter = (Canvas.LabelSize("xx", 1).Width - Canvas.LabelSize("x", 1).Width, Canvas.LabelSize("x", 1).Height);

    private readonly Frame _frame = new(Width, Height);
    private readonly byte[] _bytes = new byte[Width * Pages];

    /// <summary>Lines that fit.</summary>
    internal static int Lines => Height / Letter.Height;

    /// <summary>Characters of a line.</summary>
    internal static int Characters => (Width - Canvas.LabelSize("", 1).Width) / Letter.Width;

    /// <summary>A page, column after column, of the lines that were drawn last.</summary>
    internal Span<byte> Page(int page) => _bytes.AsSpan(page * Width, Width);

    /// <summary>Draws lines in place of what was there.</summary>
    internal void Draw(ReadOnlySpan<string> lines)
    {
        _frame.Pixels.AsSpan().Clear();
        var canvas = new Canvas(_frame);
        for (int i = 0; i < Math.Min(lines.Length, Lines); i++) canvas.Label(0, i * Letter.Height, lines[i][..Math.Min(lines[i].Length, Characters)], 1, Colour.Black);
        Array.Clear(_bytes);
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> row = _frame.Row(y);
            for (int x = 0; x < Width; x++) _bytes[(y / 8 * Width) + x] |= (byte)((row[3 * x] >> 7) << (y % 8));
        }
    }
}
