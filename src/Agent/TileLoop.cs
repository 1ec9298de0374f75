using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Agent;

/// <summary>Runs a model on one tile of a picture after the other. Pictures of the size of the one before allocate nothing.</summary>
/// <param name="model">The model.</param>
/// <param name="halo">Pixels between a tile's own area and its edges.</param>
/// <param name="stride">What tiles begin at multiples of.</param>
internal sealed class TileLoop(AgentModel model, int halo, int stride)
{
    private TilePlan? _plan;

    /// <summary>Finds boxes in a picture, which is no JPEG.</summary>
    /// <returns>What was found, valid until the next call.</returns>
    public Findings Find(RawPicture picture)
    {
        (int width, int height) = (picture.Width, picture.Height);
        if (_plan is null || _plan.Width != width || _plan.Height != height)
        {
            (int columns, int rows) = model.InputSize;
            _plan = new TilePlan(width, height, columns, rows, halo, stride);
        }
        ModelDecoder decoder = model.Decoder!;
        decoder.BeginTiles();
        for (int i = 0; i < _plan.Tiles.Count; i++)
        {
            ImageMapping mapping = model.Feed(picture, _plan, i);
            model.Session.Run();
            model.ReadOutputs();
            decoder.AddTile(mapping, width, height, _plan.Tiles[i].Own);
        }
        return decoder.EndTiles();
    }
}
