using System.Buffers;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Drawing;

namespace EdgeKit.Agent.Showing;

/// <summary>The picture of a result with what was found drawn on it, as JPEG. Its memory is kept.</summary>
internal sealed class ResultPicture
{
    private const int Quality = 75;

    private readonly JpegEncoder _encoder = new(Quality);
    private Canvas? _canvas;

    /// <summary>Appends it.</summary>
    /// <param name="result">The result, with its picture.</param>
    /// <param name="output">Where it goes.</param>
    /// <returns>False of a damaged JPEG of a camera, which ends the watch on the models' side.</returns>
    public bool TryEncode(ResultSlot result, ArrayBufferWriter<byte> output)
    {
        RawPicture picture = result.Picture;
        if (_canvas is null || _canvas.Frame.Width != picture.Width || _canvas.Frame.Height != picture.Height) _canvas = new Canvas(new Frame(picture.Width, picture.Height));
        try
        {
            PixelConversion.ToRgb(picture, _canvas.Frame);
        }
        catch (ImageException)
        {
            return false;
        }
        foreach (ResultSlot.Copy found in result.Found)
        {
            if (found.Findings is { } findings) FindingsDrawing.Draw(_canvas, findings, found.Labels);
        }
        _encoder.Encode(_canvas.Frame, output);
        return true;
    }
}
