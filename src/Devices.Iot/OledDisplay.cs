using System.Device.I2c;
using Iot.Device.Ssd13xx;
using Iot.Device.Ssd13xx.Commands;
using Iot.Device.Ssd13xx.Commands.Ssd1306Commands;

namespace EdgeKit.Devices.Iot;

/// <summary>An SSD1306 of 128x64 pixels on an I2C bus.</summary>
internal sealed class OledDisplay : IStatusDisplay
{
    private readonly (int Bus, int Address) _place;
    private readonly Ssd1306 _display;
    private readonly MonochromePages _pages = new();

    internal OledDisplay(int bus, int address)
    {
        _place = (bus, address);
        I2cDevice? device = null;
        try
        {
            device = I2cDevice.Create(new I2cConnectionSettings(bus, address));
            // It is the display's from here on.
            _display = new Ssd1306(device, MonochromePages.Width, MonochromePages.Height);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            device?.Dispose();
            throw Failure(e);
        }
    }

    public int Lines => MonochromePages.Lines;

    public int Characters => MonochromePages.Characters;

    public void Show(params ReadOnlySpan<string> lines)
    {
        _pages.Draw(lines);
        try
        {
            ISsd1306Command columns = new SetColumnAddress(0, MonochromePages.Width - 1), pages = new SetPageAddress(PageAddress.Page0, PageAddress.Page7);
            _display.SendCommand(columns);
            _display.SendCommand(pages);
            // The address goes on by itself, from page to page.
            for (int page = 0; page < MonochromePages.Pages; page++) _display.SendData(_pages.Page(page));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw Failure(e);
        }
    }

    public void Dispose()
    {
        try
        {
            Show();
        }
        catch (DeviceException)
        {
            // The display is gone: it shows nothing either way.
        }
        _display.Dispose();
    }

    private DeviceException Failure(Exception e) => new($"SSD1306 at address 0x{_place.Address:x2} of I2C bus {_place.Bus}: {e.Message.ReplaceLineEndings(" ")}", e);
}
