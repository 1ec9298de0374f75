using EdgeKit.Imaging.Scenes;

namespace EdgeKit.Devices;

/// <summary>Rendered road scenes as frames without end: one seed after the other, the same pictures each time.</summary>
/// <param name="seed">The first scene.</param>
/// <param name="width">Width in pixels.</param>
/// <param name="height">Height in pixels.</param>
public sealed class SceneSource(ulong seed, int width, int height) : IFrameSource
{
    private readonly OwnedFrames _frames = new();
    private ulong _next = seed;

    /// <inheritdoc/>
    public string Name => "scenes";

    /// <inheritdoc/>
    public int Width => width;

    /// <inheritdoc/>
    public int Height => height;

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <inheritdoc/>
    public CapturedFrame? Capture(CancellationToken cancel) =>
        cancel.IsCancellationRequested ? null : _frames.Lend(SceneRenderer.Render(_next++, width, height).Frame);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
