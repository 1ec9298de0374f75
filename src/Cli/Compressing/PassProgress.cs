using EdgeKit.Quantization;

namespace EdgeKit.Cli.Compressing;

/// <summary>A bar for each pass of the quantizer in turn.</summary>
internal sealed class PassProgress(Terminal terminal, int pictures) : IProgress<QuantizeProgress>, IDisposable
{
    private readonly Lock _lock = new();
    private Progress? _bar;
    private string? _pass;

    /// <inheritdoc/>
    public void Report(QuantizeProgress value)
    {
        lock (_lock)
        {
            if (_pass != value.Pass)
            {
                _bar?.Dispose();
                _bar = new Progress(terminal, value.Pass, value.Total > 0 ? value.Total : pictures);
                _pass = value.Pass;
            }
            _bar!.Report(value.Done);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bar?.Dispose();
}
