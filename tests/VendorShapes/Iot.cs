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
