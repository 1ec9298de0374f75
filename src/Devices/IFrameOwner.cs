namespace EdgeKit.Devices;

/// <summary>Whom a frame's memory belongs to.</summary>
internal interface IFrameOwner
{
    /// <summary>Takes a frame back, on any thread.</summary>
    void TakeBack(CapturedFrame frame);
}
