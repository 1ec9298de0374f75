using System.Net;
using System.Net.Http.Headers;

namespace EdgeKit.Cli.Fetching;

/// <summary>
/// Brings a model's file into the cache. What has arrived is kept in a part file and asked for no more (RFC 9110, range requests); the file takes its name only
/// when its size and SHA-256 are those of the catalogue.
/// </summary>
internal sealed class Download(CatalogueEntry model, ModelCache cache, Terminal terminal) : IDisposable
{
    /// <summary>Connections in a row that break without bringing anything.</summary>
    private const int MaxBarren = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = Patience }) { Timeout = Timeout.InfiniteTimeSpan };

    private string Part => cache.PartOf(model);

    /// <summary>Downloads what is missing, and puts the model into the cache.</summary>
    /// <exception cref="CliException">The server cannot be reached, refuses, or gives another file; or the user stopped. The message says how to go on.</exception>
    public async Task RunAsync()
    {
        OutputFile.CreateFolder(cache.Folder);
        try
        {
            // A part that is no start of the file shows in the hash alone; then it is tried once more from the first byte.
            bool resumed = await FetchAsync().ConfigureAwait(false);
            if (!IsRight() && resumed)
            {
                File.Delete(Part);
                await FetchAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (terminal.Cancel.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Interrupted, $"interrupted; {Kept()}");
        }
        finally
        {
            if (new FileInfo(Part) is { Exists: true, Length: 0 }) File.Delete(Part);
        }
        if (!IsRight())
        {
            string hash = ModelCache.HashOf(Part);
            File.Delete(Part);
            throw CliException.Failure(
                $"{model.Address}: is not the file that the catalogue means (SHA-256 {hash} instead of {model.Sha256}); it was thrown away. Its publisher may have changed it: {WayOut}");
        }
        cache.Accept(model);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private string WayOut => $"bring the file from elsewhere and run: edgekit model get {model.Name} --from FILE";

    /// <summary>Fetches until all bytes are there.</summary>
    /// <returns>Whether some of them were there before.</returns>
    private async Task<bool> FetchAsync()
    {
        await using FileStream part = OpenPart();
        bool resumed = part.Length > 0;
        using var progress = new Progress(terminal, $"downloading {model.Name}, {Units.Size(model.Size)}");
        for (int barren = 0; part.Length < model.Size;)
        {
            long before = part.Length;
            try
            {
                await ConnectAsync(part, progress).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                barren = part.Length > before ? 0 : barren + 1;
                if (barren < MaxBarren) continue;
                throw CliException.Failure(part.Length > 0
                    ? $"{model.Address}: the connection broke: {Reason(e)}. {Kept(part.Length)}; or {WayOut}"
                    : $"{model.Address}: cannot be reached: {Reason(e)}. Without a network, {WayOut}");
            }
        }
        return resumed;
    }

    /// <summary>One connection: appends to the part what it brings.</summary>
    private async Task ConnectAsync(FileStream part, Progress progress)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(terminal.Cancel);
        try
        {
            patience.CancelAfter(Patience);
            using var request = new HttpRequestMessage(HttpMethod.Get, model.Address);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("edgekit", null));
            if (part.Length > 0) request.Headers.Range = new RangeHeaderValue(part.Length, null);
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            long? from = response.StatusCode switch
            {
                HttpStatusCode.OK => 0,
                HttpStatusCode.PartialContent => response.Content.Headers.ContentRange?.From,
                HttpStatusCode.RequestedRangeNotSatisfiable when part.Length > 0 => null,
                _ => throw CliException.Failure($"{model.Address}: the server answers {(int)response.StatusCode} ({response.ReasonPhrase}); {WayOut}"),
            };
            if (from != part.Length)
            {
                // No ranges here, or another one: from the first byte.
                part.SetLength(0);
                if (from != 0) throw new IOException("the server gives another part of the file than it was asked for");
            }
            await using Stream body = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            byte[] buffer = new byte[1 << 16];
            int read;
            while ((read = await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false)) > 0)
            {
                if (part.Length + read > model.Size)
                {
                    part.SetLength(0);
                    throw CliException.Failure($"{model.Address}: is larger than the {model.Size} bytes that the catalogue says; it was thrown away. {WayOut}");
                }
                part.Write(buffer.AsSpan(0, read));
                progress.Report((double)part.Length / model.Size);
                patience.CancelAfter(Patience);
            }
            if (part.Length < model.Size) throw new IOException($"it ended after {part.Length} of {model.Size} bytes");
        }
        catch (OperationCanceledException) when (!terminal.Cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {Patience.TotalSeconds:F0} s");
        }
    }

    private FileStream OpenPart()
    {
        try
        {
            var part = new FileStream(Part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (part.Length > model.Size) part.SetLength(0);
            part.Position = part.Length;
            return part;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{Part}: cannot be written, or another edgekit is downloading it: {e.Message}", e);
        }
    }

    private bool IsRight() => ModelCache.HashOf(Part) == model.Sha256;

    private string Kept() => Kept(new FileInfo(Part) is { Exists: true } part ? part.Length : 0);

    private string Kept(long bytes) => $"{Units.Size(bytes)} of {Units.Size(model.Size)} are kept, and the same command goes on from there";

    private static string Reason(Exception e) => (e.InnerException ?? e).Message.ReplaceLineEndings(" ").TrimEnd('.');
}
