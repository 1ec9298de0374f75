namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>A number of rows or panels as a type, so that a tile of any size is one source and each size is compiled to straight code.</summary>
internal interface ITileSize
{
    static abstract int Value { get; }
}

internal readonly struct One : ITileSize
{
    public static int Value => 1;
}

internal readonly struct Two : ITileSize
{
    public static int Value => 2;
}

internal readonly struct Three : ITileSize
{
    public static int Value => 3;
}

internal readonly struct Four : ITileSize
{
    public static int Value => 4;
}

internal readonly struct Six : ITileSize
{
    public static int Value => 6;
}

internal readonly struct Eight : ITileSize
{
    public static int Value => 8;
}
