using System.Globalization;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Drawing;

namespace EdgeKit.Agent;

/// <summary>Where pictures go with what was found in them: one PNG file, or a folder.</summary>
internal sealed class Drawings
{
    private const string Extension = ".png";

    private readonly string _target;
    private readonly bool _isFile;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    private Drawings(string target, bool isFile) => (_target, _isFile) = (target, isFile);

    /// <exception cref="UsageException">Several pictures would go into one file, or the model finds nothing that could be drawn.</exception>
    public static Drawings Into(string target, int pictures, AgentModel model)
    {
        if (model.Decoder is null) throw new UsageException("--draw is for models whose preprocessing names a decoder");
        bool isFile = Path.GetExtension(target).Equals(Extension, StringComparison.OrdinalIgnoreCase);
        if (isFile && pictures > 1) throw new UsageException($"--draw {target}: {pictures} pictures do not go into one file; name a folder");
        if (!isFile) Directory.CreateDirectory(target);
        return new Drawings(target, isFile);
    }

    /// <summary>Draws on a picture and writes it.</summary>
    public void Add(string path, Frame picture, Findings findings, AgentModel model, double inferMs)
    {
        FindingsDrawing.Draw(picture, findings, model.Decoder!.Labels,
            string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(model.Session.File.Name)} {(model.Session.IsInt8 ? "int8" : "fp32")} {inferMs:F1} ms"));
        string stem = Path.GetFileNameWithoutExtension(path), name = stem + Extension;
        for (int i = 2; !_names.Add(name); i++) name = $"{stem}-{i}{Extension}";
        ImageFile.Save(picture, _isFile ? _target : Path.Combine(_target, name));
    }
}
