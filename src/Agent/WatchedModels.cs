using System.Diagnostics;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Agent;

/// <summary>
/// The models that watch runs on each picture, one after the other. The picture is captured once for all of them, and made into an input once for those whose inputs are equal. All are fed
/// before any runs, so that the picture can go back to its camera.
/// </summary>
internal sealed class WatchedModels : IDisposable
{
    private readonly WatchedModel[] _models;
    private readonly ModelResult[] _results;
    private readonly ImageMapping[] _mappings;
    private readonly int[] _sources;
    private readonly JpegRoom _jpeg = new();

    /// <summary>Takes the models, which are disposed with this.</summary>
    /// <param name="models">At least one.</param>
    public WatchedModels(params WatchedModel[] models)
    {
        _models = models;
        (_results, _mappings, _sources) = (new ModelResult[models.Length], new ImageMapping[models.Length], new int[models.Length]);
        Arrange();
    }

    /// <summary>The models.</summary>
    public IReadOnlyList<WatchedModel> All => _models;

    /// <summary>What each made of the last picture.</summary>
    public ModelResult[] Results => _results;

    /// <summary>How many inputs are made of a picture.</summary>
    public int Inputs
    {
        get
        {
            int count = 0;
            for (int i = 0; i < _sources.Length; i++) count += _sources[i] == i ? 1 : 0;
            return count;
        }
    }

    /// <summary>Looks whether there are other models, and loads them.</summary>
    /// <returns>Whether there were; <see cref="Results"/> then has other objects.</returns>
    public bool Refresh()
    {
        bool isChanged = false;
        foreach (WatchedModel model in _models) isChanged |= model.Refresh();
        if (isChanged) Arrange();
        return isChanged;
    }

    /// <summary>A picture went through all models.</summary>
    /// <returns>Whether that confirmed one of them.</returns>
    public bool Worked()
    {
        bool isConfirmed = false;
        foreach (WatchedModel model in _models) isConfirmed |= model.Worked();
        return isConfirmed;
    }

    /// <summary>Writes a picture into all inputs; of models that look at it tile by tile, also runs them, since it is gone afterwards.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="captured">When it was captured, as of <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <exception cref="ImageException">It is a malformed JPEG, or a halo leaves nothing of a tile.</exception>
    public void Feed(RawPicture picture, long captured)
    {
        picture = _jpeg.Decoded(picture);
        for (int i = 0; i < _models.Length; i++)
        {
            int source = _sources[i];
            if (_models[i].Model.Tiles is { } tiles)
            {
                Take(_results[i], tiles.Find(picture), captured);
                continue;
            }
            if (source == i)
            {
                _mappings[i] = _models[i].Model.Feed(picture);
                continue;
            }
            _models[i].Model.TakeInput(_models[source].Model);
            _mappings[i] = _mappings[source];
        }
    }

    /// <summary>Runs all models on what was fed, but for those that have run on its tiles.</summary>
    /// <param name="captured">When the picture was captured.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    public void Run(long captured, int width, int height)
    {
        for (int i = 0; i < _results.Length; i++)
        {
            ModelResult result = _results[i];
            if (result.Model.Tiles is not null) continue;
            result.Model.Session.Run();
            Take(result, result.Model.Find(width, height, _mappings[i]), captured);
        }
    }

    public void Dispose()
    {
        foreach (WatchedModel model in _models) model.Dispose();
    }

    private static void Take(ModelResult result, Findings? findings, long captured)
    {
        result.Findings = findings;
        result.Milliseconds = result.Latency.Record(captured, Stopwatch.GetTimestamp());
    }

    /// <summary>Finds out whose input each model's is: that of the first that has the same.</summary>
    private void Arrange()
    {
        for (int i = 0; i < _models.Length; i++)
        {
            AgentModel model = _models[i].Model;
            if (_results[i]?.Model != model) _results[i] = new ModelResult(_models[i].Name, model);
            int source = 0;
            while (source < i && !model.HasInputOf(_models[source].Model)) source++;
            _sources[i] = source;
        }
    }
}
