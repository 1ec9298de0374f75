using System.Reflection;
using System.Text.Json;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Fetching;

/// <summary>A model that others publish.</summary>
/// <param name="Name">What the tool calls it; also the name of its file.</param>
/// <param name="TrainedOn">The pictures it was trained on.</param>
/// <param name="Address">Where its ONNX file is.</param>
/// <param name="Sha256">SHA-256 of that file, 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Bytes of that file.</param>
/// <param name="Licence">Its publisher's licence, an SPDX name.</param>
/// <param name="Preprocessing">How pictures become its input.</param>
internal sealed record CatalogueEntry(string Name, string TrainedOn, Uri Address, string Sha256, long Size, string Licence, Preprocessing Preprocessing);

/// <summary>The models that <c>edgekit model</c> knows: <c>models/catalogue.json</c>, which the tool carries inside, or a file of the same form.</summary>
internal sealed class Catalogue
{
    private const int Version = 1;
    private const string Resource = "catalogue.json";
    private const int HashDigits = 64;
    private const long MaxSize = 1L << 32;

    private Catalogue(IReadOnlyList<CatalogueEntry> models)
    {
        Models = models;
    }

    /// <summary>The models in the file's order.</summary>
    public IReadOnlyList<CatalogueEntry> Models { get; }

    /// <summary>The catalogue inside the tool, or that of a file.</summary>
    /// <exception cref="CliException">The file is not of the form; the message names it and the entry.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Catalogue Load(string? path)
    {
        if (path is not null)
        {
            OnnxModel.RequireFile(path);
            return Parse(File.ReadAllText(path), path);
        }
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), Resource);
    }

    /// <summary>The entry of that name.</summary>
    /// <exception cref="CliException">There is none; the message lists the names.</exception>
    public CatalogueEntry Find(string name) => Models.FirstOrDefault(m => m.Name == name)
        ?? throw CliException.Usage($"{name}: is not in the catalogue, which has {string.Join(", ", Models.Select(static m => m.Name))}");

    private static Catalogue Parse(string json, string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.GetProperty("version").GetInt32() != Version) throw CliException.Failure($"{file}: is not a catalogue of version {Version}");
            CatalogueEntry[] models = [.. document.RootElement.GetProperty("models").EnumerateArray().Select(m => Entry(m, file))];
            if (models.Select(static m => m.Name).Distinct().Count() != models.Length) throw CliException.Failure($"{file}: two models have the same name");
            return new Catalogue(models);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw CliException.Failure($"{file}: is not a catalogue: {e.Message}");
        }
    }

    private static CatalogueEntry Entry(JsonElement model, string file)
    {
        string name = Text("name");
        string entry = $"{file}: model '{name}'";
        // The name becomes a file's name.
        if (name.Length is 0 or > 64 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') || name[0] == '.') throw Wrong("its name is not of letters, digits, '-', '.' and '_'");
        if (!Uri.TryCreate(Text("address"), UriKind.Absolute, out Uri? address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            throw Wrong("its address is not one of https");
        string sha256 = Text("sha256");
        if (sha256.Length != HashDigits || !sha256.All(char.IsAsciiHexDigitLower)) throw Wrong("its sha256 is not 64 lower-case hexadecimal digits");
        long size = model.GetProperty("size").GetInt64();
        if (size is < 1 or > MaxSize) throw Wrong("its size is not that of a model");
        return new CatalogueEntry(name, Text("trained_on"), address, sha256, size, Text("licence"), Preprocessing.Parse(model.GetProperty("preprocessing").GetRawText(), entry));

        string Text(string field) => model.GetProperty(field).GetString() ?? throw new FormatException($"'{field}' is null");
        CliException Wrong(string what) => CliException.Failure($"{entry}: {what}");
    }
}
