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
            foreach (Func<object?> open in (Func<object?>[])[() => IotAdapter.OpenAlarm(98765), () => IotAdapter.OpenBuzzer(98765), () => IotAdapter.OpenButton(98765)])
                Assert.Contains("pin 98765", Assert.Throws<DeviceException>(open).Message, StringComparison.Ordinal);
            Assert.Contains("SSD1306 at address 0x3c of I2C bus 987: ", Assert.Throws<DeviceException>(() => IotAdapter.OpenDisplay(987)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Null(IotAdapter.OpenCamera(987, 640, 480));
            Assert.Null(IotAdapter.OpenAlarm(98765));
            Assert.Null(IotAdapter.OpenBuzzer(98765));
            Assert.Null(IotAdapter.OpenButton(98765));
            Assert.Null(IotAdapter.OpenDisplay(987));
        }
    }

    [Fact]
    public void A_display_s_memory_holds_columns_of_eight_rows_and_what_does_not_fit_is_left_out()
    {
        Assert.Equal((5, 20), (MonochromePages.Lines, MonochromePages.Characters));
        var pages = new MonochromePages();
        string letters = new('H', 30);
        pages.Draw([letters, "", letters, letters, letters, letters, letters]);
        var canvas = new EdgeKit.Imaging.Drawing.Canvas(new Frame(MonochromePages.Width, MonochromePages.Height));
        foreach (int line in (int[])[0, 2, 3, 4]) canvas.Label(0, line * 11, letters[..20], 1, EdgeKit.Imaging.Drawing.Colour.Black);
        int lit = 0;
        for (int y = 0; y < MonochromePages.Height; y++)
        {
            for (int x = 0; x < MonochromePages.Width; x++)
            {
                bool isLit = (pages.Page(y / 8)[x] >> (y % 8) & 1) == 1;
                Assert.Equal(canvas.Frame.Row(y)[3 * x] == 255, isLit);
                lit += isLit ? 1 : 0;
            }
        }
        // An H is two strokes of seven and three between them.
        Assert.Equal(4 * 20 * 17, lit);
        pages.Draw([]);
        for (int page = 0; page < MonochromePages.Pages; page++) Assert.Equal(-1, pages.Page(page).IndexOfAnyExcept((byte)0));
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
