namespace EdgeKit.Imaging;

/// <summary>Which colours luma and chroma stand for. Cameras that do not say mean <see cref="Bt601Limited"/>.</summary>
public enum YuvMatrix
{
    /// <summary>ITU-R BT.601, luma 16 to 235, chroma 16 to 240.</summary>
    Bt601Limited,

    /// <summary>ITU-R BT.601, luma and chroma 0 to 255, as in JPEG.</summary>
    Bt601Full,

    /// <summary>ITU-R BT.709, luma 16 to 235, chroma 16 to 240.</summary>
    Bt709Limited,

    /// <summary>ITU-R BT.709, luma and chroma 0 to 255.</summary>
    Bt709Full,
}
