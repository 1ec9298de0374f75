using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Budgets;

/// <summary>Reads and writes <see cref="TargetProfile"/>s as JSON, and holds those that EdgeKit brings.</summary>
public static class ProfileFile
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter<LayerKind>(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Cores whose profiles come with EdgeKit.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = ["cortex-a72", "cortex-a76"];

    /// <summary>A profile that comes with EdgeKit.</summary>
    /// <param name="core">One of <see cref="BuiltIn"/>.</param>
    public static TargetProfile OfCore(string core)
    {
        using Stream stream = typeof(ProfileFile).Assembly.GetManifestResourceStream($"EdgeKit.Pruning.Budgets.{core}.json")
            ?? throw new ArgumentException($"there is no profile of '{core}'", nameof(core));
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), core);
    }

    /// <summary>Reads a profile: a target's, or a board's as <c>edgekit-agent profile</c> writes it, of whose measured layers it is made.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="ModelException">It is no profile; the message names it and says what is wrong.</exception>
    public static TargetProfile Load(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Reads a profile from text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="ModelException">It is no profile; the message says what is wrong.</exception>
    public static TargetProfile Parse(string json, string source)
    {
        Content content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(TargetOf(json) ?? json, s_json) ?? throw Malformed("it is empty");
        }
        catch (JsonException e)
        {
            throw Malformed(e.Message);
        }
        if (content.Version != Version) throw Malformed($"version {content.Version} is not {Version}");
        if (string.IsNullOrWhiteSpace(content.Name)) throw Malformed("the name is missing");
        KernelCosts[] kernels = content.Kernels ?? [];
        Layer[] layers = content.Layers ?? [];
        if (kernels.Length == 0 && layers.Length == 0) throw Malformed("it has neither kernels nor layers");
        if (kernels.Length > 0 && !(content.InstructionsPerMs > 0 && double.IsFinite(content.InstructionsPerMs))) throw Malformed("instructions_per_ms must be over 0");
        foreach (KernelCosts k in kernels) CheckKernel(k);
        foreach (Layer l in layers) CheckLayer(l);
        return new TargetProfile(content.Name, kernels, content.InstructionsPerMs, [.. layers.Select(static l => new MeasuredLayer(l.ToShape(), l.Ms))]);

        // A board's profile says whether its run was disturbed, and holds the target's in a field of its own.
        string? TargetOf(string text)
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("target", out JsonElement target)) return null;
            if (!root.TryGetProperty("valid", out JsonElement valid) || valid.ValueKind != JsonValueKind.True)
                throw new ModelException($"{source}: its run was disturbed ({(root.TryGetProperty("reason", out JsonElement reason) ? $"{reason}" : "it does not say how")}), so that its times are worth nothing; profile again");
            return target.GetRawText();
        }

        void CheckKernel(KernelCosts k)
        {
            if (k.RowTile < 1 || k.ColumnTile < 1 || k.DepthUnit < 1) throw Malformed($"a {k.Kind} kernel has a tile that is not over 0");
            int features = k.Features(new LayerShape(k.Kind, k.Int8, 1, 1, 1, 1)).Length;
            if (k.Coefficients is null || k.Coefficients.Count != features || k.Coefficients.Any(static c => !(c >= 0 && double.IsFinite(c))))
                throw Malformed($"a {k.Kind} kernel needs {features} coefficients, none below 0");
        }

        void CheckLayer(Layer l)
        {
            if (!(l.Ms > 0 && double.IsFinite(l.Ms))) throw Malformed($"a {l.Kind} layer has a time that is not over 0");
            if (new[] { l.Inputs, l.Outputs, l.Height, l.Width, l.KernelHeight, l.KernelWidth, l.Stride, l.Groups }.Any(static n => n < 1)) throw Malformed($"a {l.Kind} layer has a size that is not over 0");
        }

        ModelException Malformed(string what) => new($"{source}: is no profile of a target: {what}");
    }

    /// <summary>A profile as text, which <see cref="Parse"/> reads back.</summary>
    public static string ToJson(TargetProfile profile) => JsonSerializer.Serialize(new Content(Version, profile.Name, profile.InstructionsPerMs,
        [.. profile.Kernels], [.. profile.Layers.Select(static l => Layer.Of(l))]), s_json);

    private sealed record Content(int Version, string? Name, double InstructionsPerMs, KernelCosts[]? Kernels, Layer[]? Layers);

    private sealed record Layer(LayerKind Kind, bool Int8, int Inputs, int Outputs, int Height, int Width, int KernelHeight, int KernelWidth, int Stride, int Groups, double Ms)
    {
        public static Layer Of(MeasuredLayer l)
        {
            LayerShape s = l.Shape;
            return new Layer(s.Kind, s.Int8, s.Inputs, s.Outputs, s.Height, s.Width, s.KernelHeight, s.KernelWidth, s.Stride, s.Groups, l.Ms);
        }

        public LayerShape ToShape() => new(Kind, Int8, Inputs, Outputs, Height, Width, KernelHeight, KernelWidth, Stride, Groups);
    }
}
