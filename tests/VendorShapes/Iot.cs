namespace System.Device.Gpio
{
    public class GpioController : IDisposable
    {
        public GpioController() => throw Shape.Absent;

        public GpioPin OpenPin(int pinNumber, PinMode mode, PinValue initialValue) => throw Shape.Absent;

        public void Dispose() => throw Shape.Absent;
    }

    public class GpioPin
    {
        internal GpioPin() => throw Shape.Absent;

        public virtual void Write(PinValue value) => throw Shape.Absent;
    }

    public enum PinMode
    {
        Input = 0,
        Output = 1,
    }

    public readonly struct PinValue
    {
        public static implicit operator PinValue(bool value) => throw Shape.Absent;
    }
}

namespace System.Device.I2c
{
    public abstract class I2cDevice : IDisposable
    {
        public static I2cDevice Create(I2cConnectionSettings settings) => throw Shape.Absent;

        public void Dispose() => throw Shape.Absent;
    }

    public sealed class I2cConnectionSettings
    {
        public I2cConnectionSettings(int busId, int deviceAddress) => throw Shape.Absent;
    }
}

namespace Iot.Device.Button
{
    public class ButtonBase : IDisposable
    {
        internal ButtonBase() => throw Shape.Absent;

        public event EventHandler<EventArgs>? Press
        {
            add => throw Shape.Absent;
            remove => throw Shape.Absent;
        }

        public bool IsPressed => throw Shape.Absent;

        public void Dispose() => throw Shape.Absent;
    }

    public class GpioButton : ButtonBase
    {
        public GpioButton(int buttonPin, bool isPullUp = true, bool hasExternalResistor = false, System.Device.Gpio.GpioController? gpio = null, bool shouldDispose = true, TimeSpan debounceTime = default)
            => throw Shape.Absent;
    }
}

namespace Iot.Device.Buzzer
{
    public class Buzzer : IDisposable
    {
        public Buzzer(int pinNumber) => throw Shape.Absent;

        public void StartPlaying(double frequency) => throw Shape.Absent;

        public void StopPlaying() => throw Shape.Absent;

        public void Dispose() => throw Shape.Absent;
    }
}

namespace Iot.Device.Ssd13xx
{
    public class Ssd1306 : IDisposable
    {
        public Ssd1306(System.Device.I2c.I2cDevice i2cDevice, int width, int height) => throw Shape.Absent;

        public void SendCommand(Commands.ISsd1306Command command) => throw Shape.Absent;

        public virtual void SendData(Span<byte> data) => throw Shape.Absent;

        public void Dispose() => throw Shape.Absent;
    }
}

namespace Iot.Device.Ssd13xx.Commands
{
    public interface ISsd1306Command
    {
    }
}

namespace Iot.Device.Ssd13xx.Commands.Ssd1306Commands
{
    public class SetColumnAddress : ISsd1306Command
    {
        public SetColumnAddress(byte startAddress = 0, byte endAddress = 127) => throw Shape.Absent;
    }

    public class SetPageAddress : ISsd1306Command
    {
        public SetPageAddress(PageAddress startAddress = PageAddress.Page0, PageAddress endAddress = PageAddress.Page7) => throw Shape.Absent;
    }

    public enum PageAddress
    {
        Page0 = 0,
        Page7 = 7,
    }
}

namespace Iot.Device.Media
{
    public class NewImageBufferReadyEventArgs
    {
        internal NewImageBufferReadyEventArgs() => throw Shape.Absent;

        public byte[] ImageBuffer => throw Shape.Absent;

        public int Length => throw Shape.Absent;
    }

    public abstract class VideoDevice : IDisposable
    {
        public delegate void NewImageBufferReadyEvent(object sender, NewImageBufferReadyEventArgs e);

        public abstract event NewImageBufferReadyEvent? NewImageBufferReady;

        public abstract bool ImageBufferPoolingEnabled { get; set; }

        public static VideoDevice Create(VideoConnectionSettings settings) => throw Shape.Absent;

        public abstract void StartCaptureContinuous();

        public abstract void CaptureContinuous(CancellationToken token);

        public abstract void StopCaptureContinuous();

        public abstract IEnumerable<VideoPixelFormat> GetSupportedPixelFormats();

        public abstract IEnumerable<Resolution> GetPixelFormatResolutions(VideoPixelFormat format);

        public void Dispose() => throw Shape.Absent;
    }

    public class VideoConnectionSettings
    {
        public VideoConnectionSettings(int busId, (uint Width, uint Height) captureSize, VideoPixelFormat pixelFormat = VideoPixelFormat.YUYV) => throw Shape.Absent;
    }

    public class Resolution
    {
        internal Resolution() => throw Shape.Absent;

        public uint MinHeight
        {
            get => throw Shape.Absent;
            set => throw Shape.Absent;
        }

        public uint MaxHeight
        {
            get => throw Shape.Absent;
            set => throw Shape.Absent;
        }

        public uint MinWidth
        {
            get => throw Shape.Absent;
            set => throw Shape.Absent;
        }

        public uint MaxWidth
        {
            get => throw Shape.Absent;
            set => throw Shape.Absent;
        }
    }

    public enum VideoPixelFormat : uint
    {
        YUYV = 1448695129,
    }
}
