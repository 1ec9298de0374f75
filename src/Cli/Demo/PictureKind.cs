namespace EdgeKit.Cli.Demo;

/// <summary>What a rendered picture shows: its class.</summary>
internal enum PictureKind
{
    Disc,
    Square,
    Triangle,
    Ring,
    Cross,
    HorizontalStripes,
    VerticalStripes,
    Checkerboard,
    Dots,
    Ripples,
}
