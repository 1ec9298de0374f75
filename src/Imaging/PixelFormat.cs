namespace EdgeKit.Imaging;

/// <summary>How the pixels of a camera's picture lie in memory; 8 bits a sample, rows from top to bottom.</summary>
public enum PixelFormat
{
    /// <summary>R G B for each pixel.</summary>
    Rgb24,

    /// <summary>Luma alone.</summary>
    Grey,

    /// <summary>Y0 U Y1 V for each two pixels of a row (YUY2); the width is even.</summary>
    Yuyv,

    /// <summary>A plane of luma, then one of U V pairs, a pair for each 2 x 2 pixels.</summary>
    Nv12,

    /// <summary>Planes of Y, U and V; one U and V for each 2 x 2 pixels (4:2:0).</summary>
    I420,

    /// <summary>Planes of Y, U and V; one U and V for each two pixels of a row (4:2:2).</summary>
    I422,

    /// <summary>Planes of Y, U and V of one size (4:4:4).</summary>
    I444,

    /// <summary>One JPEG file a picture, as cameras that say MJPG deliver.</summary>
    Jpeg,
}
