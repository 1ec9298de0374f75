internal static class Shape
{
    internal static PlatformNotSupportedException Absent => new("built without the vendor package");
}
