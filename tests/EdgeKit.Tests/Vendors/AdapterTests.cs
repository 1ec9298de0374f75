using System.Xml.Linq;
using EdgeKit.Devices;
using EdgeKit.Devices.Iot;
using EdgeKit.Imaging;
using EdgeKit.Imaging.ImageSharp;
using EdgeKit.Tests.Architecture;
using Xunit;

namespace EdgeKit.Tests.Vendors;

public class AdapterTests
{
    private static readonly bool HasImageSharp = File.Exists(Path.Combine(AppContext.BaseDirectory, "SixLabors.ImageSharp.dll"));
    private static readonly bool HasIot = File.Exists(Path.Combine(AppContext.BaseDirectory, "Iot.Device.Bindings.dll"));

    [Fact]
    public void Decoder_is_offered_exactly_where_the_package_is_on() => Assert.Equal(HasImageSharp, ImageSharpAdapter.Create() is not null);

    [Fact]
    public void Devices_are_offered_exactly_where_the_package_is_on()
    {
        Assert.Equal(HasIot, IotAdapter.IsAvailable);
        if (HasIot)
        {
            Assert.Contains("camera 987", Assert.Throws<DeviceException>(() => IotAdapter.OpenCamera(987, 640, 480)).Message, StringComparison.Ordinal);
            Assert.Contains("pin 98765", Assert.Throws<DeviceException>(() => IotAdapter.OpenAlarm(98765)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Null(IotAdapter.OpenCamera(987, 640, 480));
            Assert.Null(IotAdapter.OpenAlarm(98765));
        }
    }

    [Fact]
    public void Decoder_tells_the_version_that_is_pinned()
    {
        string version = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(v => v.Attribute("Include")!.Value == "SixLabors.ImageSharp").Attribute("Version")!.Value.Trim('[', ']');
        Assert.True(ImageSharpDecoder.VersionedName == $"ImageSharp {version}", $"pinned: {version}");
    }

    [VendorFact("SixLabors.ImageSharp.dll")]
    public void Decoder_reads_a_gif_and_refuses_what_is_damaged()
    {
        // A 1x1 GIF whose only colour is red, 200 0 0.
        byte[] gif = Convert.FromHexString("47494638396101000100800000C80000000000" + "2C00000000010001000002024401003B");
        IImageDecoder decoder = ImageSharpAdapter.Create()!;
        Assert.True(decoder.CanDecode(gif.AsSpan(0, 3)));
        Frame frame = decoder.Decode(gif);
        Assert.Equal((1, 1), (frame.Width, frame.Height));
        Assert.Equal([200, 0, 0], frame.Pixels);
        foreach (int kept in new[] { 0, 1, 5, 20, gif.Length - 8 })
            Assert.DoesNotContain('\n', Assert.Throws<ImageException>(() => decoder.Decode(gif.AsSpan(0, kept))).Message);
    }
}
