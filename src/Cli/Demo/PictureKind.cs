namespace EdgeKit.Cli.Demo;

/// <summary>What a rendered picture shows: its class.</summary>
internal enum PictureKind
{
    HorizontalStripes,
    VerticalStripes,
    DiagonalStripes,
    Checkerboard,
    Dots,
    Rings,
    Grid,
    Bricks,
    Disc,
    Plain,
}
