using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Imaging;

/// <summary>The pictures of golden/, made by make-golden.py, and how pictures are compared.</summary>
internal static class Golden
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Imaging", "golden", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    public static Frame Frame(string name) => ImageFile.Load(PathOf(name));

    /// <summary>The largest difference of any sample.</summary>
    public static int MaxDifference(Frame expected, Frame actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        return expected.Pixels.Zip(actual.Pixels, (a, b) => Math.Abs(a - b)).Max();
    }

    public static void AssertSame(Frame expected, Frame actual) => Assert.Equal(0, MaxDifference(expected, actual));

    /// <summary>A picture of seeded noise.</summary>
    public static Frame Noise(int seed, int width, int height) => ImageSource.Noise(seed, 1, width, height)[0].Load();
}
