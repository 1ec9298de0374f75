using System.Runtime.InteropServices;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Agent;

/// <summary>A loaded model that takes pictures.</summary>
internal sealed class AgentModel : IDisposable
{
    /// <summary>Highest number of threads that can be asked for.</summary>
    public const int MaxThreads = 64;

    private readonly Preprocessing _preprocessing;
    private readonly Preprocessor _preprocessor;
    private readonly JpegRoom _jpeg = new();

    private AgentModel(Session session, Preprocessing preprocessing)
    {
        Session = session;
        _preprocessing = preprocessing;
        TensorInfo input = session.Tensors[session.Inputs[0]];
        _preprocessor = input.Type == PlanType.Int8 ? new Preprocessor(preprocessing, input.Scale, input.ZeroPoint) : new Preprocessor(preprocessing);
        string[] labels = session.File.Labels;
        Labels = labels.Length > 0 ? labels : preprocessing.Labels ?? [];
        if (ModelDecoder.SettingsOf(preprocessing) is not null)
            Decoder = ModelDecoder.Create(preprocessing, [.. session.Outputs.Select(o => new OutputShape(session.Tensors[o].Name, session.Tensors[o].LogicalDims))], session.File.Name);
    }

    public Session Session { get; }

    /// <summary>What looks at pictures tile by tile; null where they are looked at as a whole.</summary>
    public TileLoop? Tiles { get; private set; }

    /// <summary>The input in pixels.</summary>
    public (int Width, int Height) InputSize => (_preprocessing.Width, _preprocessing.Height);

    private bool IsInt8 => Session.Tensors[Session.Inputs[0]].Type == PlanType.Int8;

    /// <summary>What finds objects, lanes or masks in the outputs; null for classifiers and what else names no decoder.</summary>
    public ModelDecoder? Decoder { get; }

    /// <summary>Names of the outputs' indices; empty when the model has none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The class is the index of the output minus this.</summary>
    public int LabelOffset => _preprocessing.LabelOffset;

    /// <summary>Whether output <paramref name="index"/> holds one score for each class.</summary>
    public bool IsClassifier(int index)
    {
        int[] dims = Session.Tensors[Session.Outputs[index]].LogicalDims;
        return _preprocessing.Task is null or "classify" && dims.Length >= 2 && dims[0] == 1 && dims[1] > 1 && dims.AsSpan(2).IndexOfAnyExcept(1) < 0;
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">The <c>.ekm</c> file.</param>
    /// <param name="threads">Threads of an inference, and where.</param>
    /// <param name="config">A preprocessing file to be used in place of the model's own; null for that.</param>
    /// <param name="tiles">How pictures are cut into tiles; null where they are not.</param>
    /// <exception cref="UsageException">The preprocessing is missing or does not fit the model, or it cannot be run tile by tile.</exception>
    /// <exception cref="PlanException">The model is malformed or takes no pictures.</exception>
    public static AgentModel Load(string path, ThreadChoice threads, string? config, TileChoice? tiles = null)
    {
        Session session = threads.Load(path);
        try
        {
            var model = new AgentModel(session, Checked(session, PreprocessingOf(session, config), path));
            if (tiles is not null) model.Tiles = tiles.For(model, path);
            return model;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Writes a picture into the input.</summary>
    /// <param name="picture">The picture.</param>
    /// <returns>Where it lies in the input.</returns>
    /// <exception cref="ImageException">It is a malformed JPEG.</exception>
    public ImageMapping Feed(RawPicture picture)
    {
        picture = _jpeg.Decoded(picture);
        Span<byte> bytes = Session.InputBytes(0);
        return IsInt8 ? _preprocessor.ToInt8Nhwc(picture, MemoryMarshal.Cast<byte, sbyte>(bytes)) : _preprocessor.ToFloatNhwc(picture, MemoryMarshal.Cast<byte, float>(bytes));
    }

    /// <summary>Writes a tile of a picture, which is no JPEG, into the input.</summary>
    /// <returns>Where the picture lies in the input.</returns>
    public ImageMapping Feed(RawPicture picture, TilePlan plan, int tile)
    {
        Span<byte> bytes = Session.InputBytes(0);
        return IsInt8 ? _preprocessor.ToInt8Nhwc(picture, plan, tile, MemoryMarshal.Cast<byte, sbyte>(bytes)) : _preprocessor.ToFloatNhwc(picture, plan, tile, MemoryMarshal.Cast<byte, float>(bytes));
    }

    /// <summary>Whether a picture's input is that of another model, byte for byte.</summary>
    public bool HasInputOf(AgentModel other) => _preprocessor.IsLike(other._preprocessor) && Session.InputBytes(0).Length == other.Session.InputBytes(0).Length;

    /// <summary>Takes the input that was fed to a model whose inputs it has.</summary>
    public void TakeInput(AgentModel other) => other.Session.InputBytes(0).CopyTo(Session.InputBytes(0));

    /// <summary>Decodes what the last run put out.</summary>
    /// <param name="width">Width of the picture that was fed.</param>
    /// <param name="height">Its height.</param>
    /// <param name="mapping">Where it lies in the input.</param>
    /// <returns>What was found, valid until the next call; null without a decoder.</returns>
    public Findings? Find(int width, int height, ImageMapping mapping)
    {
        if (Decoder is null) return null;
        ReadOutputs();
        return Decoder.Decode(mapping, width, height);
    }

    /// <summary>Takes what the last run put out to the decoder, which is there.</summary>
    public void ReadOutputs()
    {
        for (int i = 0; i < Session.Outputs.Count; i++) Session.ReadOutput(i, Decoder!.Output(i));
    }

    public void Dispose() => Session.Dispose();

    private static Preprocessing PreprocessingOf(Session session, string? config)
    {
        if (config is not null) return Preprocessing.Load(config);
        PlanFile file = session.File;
        if (file.Preprocessing.Length == 0) throw new UsageException($"{file.Name}: holds no preprocessing; give one with --config FILE");
        try
        {
            return Preprocessing.Parse(file.Preprocessing, $"{file.Name}: preprocessing");
        }
        catch (ImageException e)
        {
            throw new PlanException(e.Message);
        }
    }

    private static Preprocessing Checked(Session session, Preprocessing preprocessing, string path)
    {
        if (session.Inputs.Count != 1) throw new PlanException($"{path}: has {session.Inputs.Count} inputs; pictures go into models with one");
        TensorInfo input = session.Tensors[session.Inputs[0]];
        if (input is not { Order: PlanOrder.ChannelsLast, Type: PlanType.Int8 or PlanType.Float, Dims: [1, int height, int width, 3] } || (input.Type == PlanType.Int8 && !(input.Scale > 0)))
            throw new PlanException($"{path}: its input is [{string.Join(',', input.LogicalDims)}]; pictures go into inputs of [1,3,H,W]");
        if (preprocessing.Width != width || preprocessing.Height != height)
            throw new UsageException($"{path}: takes pictures of {width}x{height} pixels, but its preprocessing says {preprocessing.Width}x{preprocessing.Height}; correct it with --config FILE");
        return preprocessing;
    }
}
