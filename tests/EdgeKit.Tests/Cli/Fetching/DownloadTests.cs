using EdgeKit.Cli;
using EdgeKit.Cli.Fetching;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Cli.Fetching;

/// <summary>Downloads from a server of this computer.</summary>
public sealed class DownloadTests : IDisposable
{
    private const int Size = 300_000;

    private readonly Tool _tool = new();
    private readonly byte[] _file = new byte[Size];
    private readonly ModelCache _cache;

    public DownloadTests()
    {
        new Random(5).NextBytes(_file);
        _cache = ModelCache.At(_tool.At("cache"));
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void A_file_comes_whole_with_its_preprocessing()
    {
        using var server = new FileServer(_file);
        CatalogueEntry model = Entry(server.Address);
        Fetch(model);
        Assert.Equal(_file, File.ReadAllBytes(_cache.FileOf(model)));
        Assert.Equal(32, Preprocessing.Load(Path.ChangeExtension(_cache.FileOf(model), ".json")).Width);
        Assert.Equal(["cache/net.json", "cache/net.onnx"], _tool.Files());
        Assert.True(_cache.Holds(model));
        Assert.Equal([0], server.Asked);
    }

    [Fact]
    public void A_cut_goes_on_where_it_ended()
    {
        using var server = new FileServer(_file);
        server.Cuts.Enqueue(100_000);
        server.Cuts.Enqueue(50_000);
        CatalogueEntry model = Entry(server.Address);
        Fetch(model);
        Assert.Equal(_file, File.ReadAllBytes(_cache.FileOf(model)));
        Assert.Equal([0, 100_000, 150_000], server.Asked);
    }

    [Fact]
    public void A_server_that_brings_nothing_more_is_left_and_the_next_run_goes_on()
    {
        using var server = new FileServer(_file);
        foreach (int bytes in (int[])[100_000, 0, 0]) server.Cuts.Enqueue(bytes);
        CatalogueEntry model = Entry(server.Address);
        CliException e = Assert.Throws<CliException>(() => Fetch(model));
        Assert.Equal(1, e.ExitCode);
        Assert.Contains("100.0 kB of 300.0 kB are kept, and the same command goes on from there", e.Message, StringComparison.Ordinal);
        Assert.Equal([Path.GetRelativePath(_tool.Folder, _cache.PartOf(model))], _tool.Files());

        Fetch(model);
        Assert.Equal(_file, File.ReadAllBytes(_cache.FileOf(model)));
        Assert.Equal(100_000, server.Asked[^1]);
        Assert.Equal(["cache/net.json", "cache/net.onnx"], _tool.Files());
    }

    [Fact]
    public void Without_ranges_it_begins_again()
    {
        using var server = new FileServer(_file) { Ranges = false };
        server.Cuts.Enqueue(100_000);
        CatalogueEntry model = Entry(server.Address);
        Fetch(model);
        Assert.Equal(_file, File.ReadAllBytes(_cache.FileOf(model)));
        Assert.Equal([0, 100_000], server.Asked);
    }

    [Fact]
    public void A_part_of_another_file_is_noticed_and_fetched_again()
    {
        using var server = new FileServer(_file);
        CatalogueEntry model = Entry(server.Address);
        Directory.CreateDirectory(_cache.Folder);
        File.WriteAllBytes(_cache.PartOf(model), new byte[1000]);
        Fetch(model);
        Assert.Equal(_file, File.ReadAllBytes(_cache.FileOf(model)));
        Assert.Equal([1000, 0], server.Asked);
    }

    [Theory]
    [InlineData(Size, 0)]
    [InlineData(Size + 1, 1)]
    public void A_part_that_has_every_byte_asks_for_no_more_and_a_longer_one_begins_again(int bytes, int requests)
    {
        using var server = new FileServer(_file);
        CatalogueEntry model = Entry(server.Address);
        Directory.CreateDirectory(_cache.Folder);
        File.WriteAllBytes(_cache.PartOf(model), [.. _file.Take(bytes), .. new byte[bytes - Math.Min(bytes, Size)]]);
        Fetch(model);
        Assert.Equal(_file, File.ReadAllBytes(_cache.FileOf(model)));
        Assert.Equal(requests, server.Asked.Count);
    }

    [Fact]
    public void Another_file_is_thrown_away()
    {
        using var server = new FileServer(_file);
        CatalogueEntry model = Entry(server.Address) with { Sha256 = new string('0', 64) };
        CliException e = Assert.Throws<CliException>(() => Fetch(model));
        Assert.Equal(1, e.ExitCode);
        Assert.Contains("is not the file that the catalogue means", e.Message, StringComparison.Ordinal);
        Assert.Empty(_tool.Files());
    }

    [Fact]
    public void A_larger_file_is_not_read_to_its_end()
    {
        using var server = new FileServer(_file);
        CatalogueEntry model = Entry(server.Address) with { Size = 1000 };
        Assert.Contains("is larger than the 1000 bytes", Assert.Throws<CliException>(() => Fetch(model)).Message, StringComparison.Ordinal);
        Assert.False(_cache.Seems(model));
        Assert.Empty(_tool.Files());
    }

    [Theory]
    [InlineData(404)]
    [InlineData(503)]
    public void A_refusal_names_the_address_and_the_way_out(int status)
    {
        using var server = new FileServer(_file) { Status = status };
        CliException e = Assert.Throws<CliException>(() => Fetch(Entry(server.Address)));
        Assert.Equal(1, e.ExitCode);
        Assert.StartsWith($"{server.Address}: the server answers {status}", e.Message, StringComparison.Ordinal);
        Assert.Contains("edgekit model get net --from FILE", e.Message, StringComparison.Ordinal);
        Assert.Single(server.Asked);
    }

    [Fact]
    public void Without_a_network_it_says_so()
    {
        string address;
        using (var server = new FileServer(_file)) address = server.Address;
        CliException e = Assert.Throws<CliException>(() => Fetch(Entry(address)));
        Assert.Equal(1, e.ExitCode);
        Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
        Assert.Contains("Without a network, bring the file from elsewhere and run: edgekit model get net --from FILE", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.Empty(_tool.Files());
    }

    [Fact]
    public void Ctrl_c_keeps_what_has_come()
    {
        using var stop = new CancellationTokenSource();
        using var server = new FileServer(_file) { AtCut = stop.Cancel };
        server.Cuts.Enqueue(Size - 1);
        CatalogueEntry model = Entry(server.Address);
        CliException e = Assert.Throws<CliException>(() => Fetch(model, stop.Token));
        Assert.Equal(130, e.ExitCode);
        Assert.Contains("the same command goes on from there", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_cache.FileOf(model)));
        Fetch(model);
        Assert.Equal(_file, File.ReadAllBytes(_cache.FileOf(model)));
    }

    private void Fetch(CatalogueEntry model, CancellationToken cancel = default)
    {
        using var download = new Download(model, _cache, new Terminal(TextWriter.Null, TextWriter.Null, ErrorIsTerminal: false, cancel));
        download.RunAsync().GetAwaiter().GetResult();
    }

    private CatalogueEntry Entry(string address)
    {
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_file));
        return new CatalogueEntry("net", "noise", new Uri(address), hash, Size, "MIT", Preprocessing.Parse(Preprocessing.Template(32, 32), "net"));
    }
}
