using EdgeKit.Cli.Drawing;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Drawing;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>What a model looks at, as one HTML page with its pictures inside.</summary>
internal static class MapPage
{
    private const int ShownSide = 320;
    private const int TileSide = 56;
    private const int KernelSide = 40;
    private const int ShownChannels = 8;

    private const string Style =
        """
        .pics{display:grid;align-items:start;grid-template-columns:repeat(auto-fill,minmax(min(100%,220px),1fr));gap:14px;margin:10px 0}
        .pics figure,.sheet{margin:0;background:var(--card);border-radius:6px;padding:8px}
        .pics img,.sheet img{display:block;width:100%;height:auto;max-height:340px;object-fit:contain;border-radius:4px}
        .sheet{max-width:720px}
        figcaption{font-size:13px;color:var(--faint);margin-top:6px;overflow-wrap:anywhere}
        figcaption b{color:var(--text);font-weight:600}
        h3{font-size:15px;margin:18px 0 2px;overflow-wrap:anywhere}
        .row{display:grid;grid-template-columns:7em 1fr 6em;gap:0 12px;align-items:center;font-size:13px;line-height:18px;margin:3px 0;max-width:640px}
        .row .name{text-align:right;white-space:nowrap}
        .row .value{font-variant-numeric:tabular-nums;color:var(--faint);white-space:nowrap}
        .track{position:relative;height:14px;display:block}
        .track i{position:absolute;left:0;top:0;height:100%;border-radius:2px;min-width:1px}
        details{margin:10px 0}
        summary{cursor:pointer;color:var(--faint)}
        pre{background:var(--card);border-radius:6px;padding:10px 14px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px;margin:6px 0}
        .pics.trio{grid-template-columns:repeat(3,minmax(0,300px))}
        @media(max-width:640px){.pics{grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:8px}.pics.trio{gap:6px}.trio figure{padding:4px}.trio figcaption{font-size:12px}.row{grid-template-columns:6.5em 1fr 4em;gap:0 8px}}
        """;

    /// <summary>Looks into a model and writes the page, at the end and in one piece.</summary>
    /// <returns>The numbers on the page.</returns>
    public static MapFacts Write(string path, MapRequest request, Terminal terminal)
    {
        MapStudy study = MapStudy.Run(request, terminal);
        terminal.Cancel.ThrowIfCancellationRequested();
        OutputFile.Write(path, Of(study));
        return study.Facts;
    }

    /// <summary>The page.</summary>
    public static string Of(MapStudy study)
    {
        MapFacts facts = study.Facts;
        string name = Path.GetFileName(facts.Model);
        var page = new HtmlPage($"{name}: maps", Style);
        page.Add($"<h1>{Svg.Escape(name)}</h1>\n");
        page.Paragraph($"What it looks at: {facts.Pictures.Count} picture{(facts.Pictures.Count == 1 ? "" : "s")} of {InputShape.Format(facts.Input)} pixels, as the model sees {(facts.Pictures.Count == 1 ? "it" : "them")}.");
        Classes(page, study);
        Channels(page, facts);
        Layers(page, study);
        KernelsOf(page, study);
        Fields(page, study);
        if (facts.Notes.Count > 0) page.Heading("Notes").List(facts.Notes);
        page.Heading("To make it again").Add($"<pre>{Svg.Escape(facts.Command)}</pre>\n");
        return page.ToString();
    }

    private static void Classes(HtmlPage page, MapStudy study)
    {
        if (study.Facts.ClassMap is not { } map)
        {
            page.Heading("Pictures").Add("<div class=\"pics\">\n");
            foreach (PictureMaps p in study.Pictures) page.Add(Figure(Shown(p.Input), p.Facts.Name, Svg.Escape(p.Facts.Name)));
            page.Add("</div>\n");
            return;
        }
        page.Heading("What speaks for the class").Paragraph(
            $"Made of '{map}'. Grad-CAM weighs its channels by the gradient of the class's score (Selvaraju et al., ICCV 2017), Ablation-CAM by what the score loses without each (Desai and Ramaswamy, WACV 2020), which needs no gradient. Yellow speaks most for the class; both show where, not why.");
        foreach (PictureMaps p in study.Pictures)
        {
            page.Add($"<h3>{Svg.Escape(p.Facts.Name)}</h3>\n<div class=\"pics trio\">\n");
            page.Add(Figure(Shown(p.Input), p.Facts.Name, string.Join("<br/>", p.Facts.Top.Select(static (c, i) => Svg.Escape(Units.Invariant($"{c}: {c.Probability * 100:F1} %")) is var text && i == 0 ? $"<b>{text}</b>" : text))));
            if (p.Gradient is { } gradient) page.Add(Figure(Heat(p.Input, gradient), "Grad-CAM", $"<b>Grad-CAM</b> of {Svg.Escape($"{p.Facts.Target}")}"));
            if (p.Ablation is { } ablation) page.Add(Figure(Heat(p.Input, ablation), "Ablation-CAM", $"<b>Ablation-CAM</b> of {Svg.Escape($"{p.Facts.Target}")}"));
            page.Add("</div>\n");
        }
    }

    private static void Channels(HtmlPage page, MapFacts facts)
    {
        if (facts.Pictures.All(static p => p.Channels.Count == 0)) return;
        page.Heading("Channels that the classifier rests on").Paragraph(
            $"What the class's score loses where one of the {facts.Pictures[0].Channels.Count} channels that '{facts.Classifier}' reads is set to zero. Orange: the score rises.");
        foreach (PictureFacts p in facts.Pictures)
        {
            page.Add($"<h3>{Svg.Escape($"{p.Name}: {p.Target}")}</h3>\n").Paragraph(Units.Invariant($"Score {p.Target!.Score:F2}. {p.HalfChannels} of {p.Channels.Count} channels make half of all that can be lost."));
            double most = Math.Max(p.Channels.Max(static c => Math.Abs(c.Drop)), 1e-30);
            ChannelFacts[] shown = p.Channels.Count <= ShownChannels ? [.. p.Channels] : [.. p.Channels.Take(ShownChannels - 2), .. p.Channels.TakeLast(2)];
            foreach (ChannelFacts c in shown) page.Add(Rows.Row($"channel {c.Channel}", null, Math.Abs(c.Drop) / most, Palette.Class(c.Drop >= 0 ? 0 : 1), Units.Invariant($"{c.Drop:F3}").Replace('-', '−')));
        }
    }

    private static void Layers(HtmlPage page, MapStudy study)
    {
        page.Heading("Feature maps").Paragraph("The 16 channels of a layer that vary most over the picture, each from its least value (dark) to its greatest (yellow).");
        for (int i = 0; i < study.Pictures.Count; i++)
        {
            PictureMaps p = study.Pictures[i];
            page.Add($"<details{(i == 0 ? " open=\"open\"" : "")}><summary>{Svg.Escape(p.Facts.Name)}</summary>\n<div class=\"pics\">\n");
            for (int layer = 0; layer < p.Layers.Count; layer++)
            {
                FieldFacts facts = study.Facts.Layers[layer];
                page.Add(Figure(Sheet([.. p.Layers[layer].Select(Tile)]), facts.Name, Caption(facts)));
            }
            page.Add("</div></details>\n");
        }
    }

    private static void KernelsOf(HtmlPage page, MapStudy study)
    {
        if (study.Kernels is not { } kernels) return;
        page.Heading("Kernels of the first layer").Paragraph(
            $"The {kernels.Shape[0]} kernels of {kernels.Shape[3]}x{kernels.Shape[2]} taps in the picture's colours; grey is 0, and each is scaled to its own greatest weight.");
        int factor = Math.Max(1, KernelSide / Math.Max(kernels.Shape[2], kernels.Shape[3]));
        bool bgr = study.IsBgr;
        Frame[] tiles = [.. Enumerable.Range(0, kernels.Shape[0]).Select(k => Tiles.Enlarged(Kernel(kernels, k, bgr), factor))];
        page.Add($"<figure class=\"sheet\">{Image(Tiles.Of(tiles, columns: 12, gap: 4), "Kernels of the first layer")}</figure>\n");
    }

    private static void Fields(HtmlPage page, MapStudy study)
    {
        MapFacts facts = study.Facts;
        page.Heading("Receptive fields, in theory and as measured").Paragraph(
            $"The gradient of a layer's middle element by the input (absolute, summed over channels; mean of {facts.Pictures.Count} picture{(facts.Pictures.Count == 1 ? "" : "s")}{(facts.NoiseInputs > 0 ? $" and {facts.NoiseInputs} inputs of noise" : "")}), as the root of its size so that faint parts show. The frame is the theoretical field. Pixels near the middle count most (Luo et al., NIPS 2016).");
        page.Add("<div class=\"pics\">\n");
        for (int i = 0; i < facts.Layers.Count; i++) page.Add(Figure(FieldPicture(study, i), facts.Layers[i].Name, Caption(facts.Layers[i])));
        page.Add("</div>\n");
        page.Table(["layer", "field in theory", Units.Invariant($"{MapStudy.FieldShare * 100:F0} % measured within")], facts.Layers.Select(static f => (string[])
        [
            $"<span title=\"{Svg.Escape(f.Name)}\">{Svg.Escape(Units.End(f.Name, 24))}</span>", f.WholeInput ? "whole input" : $"{f.Width}x{f.Height}", $"{f.MeasuredSide}x{f.MeasuredSide}",
        ]));
    }

    private static Frame FieldPicture(MapStudy study, int layer)
    {
        Plane field = study.Fields[layer];
        Frame heat = HeatColours.Apply(new Plane(field.Height, field.Width, [.. field.Values.Select(MathF.Sqrt)]).ToGreyFromZero());
        int factor = Math.Max(1, ShownSide / Math.Max(field.Width, field.Height));
        Frame shown = Shown(Tiles.Enlarged(heat, factor));
        float scale = (float)shown.Width / field.Width;
        ReceptiveField theory = study.Theory[layer];
        if (!theory.WholeInput)
        {
            (double y, double x) = study.Middle(layer);
            new Canvas(shown).Rectangle(Edge(x, -theory.Width), Edge(y, -theory.Height), Edge(x, theory.Width), Edge(y, theory.Height), 1.5f, Colour.White);
        }
        return shown;

        float Edge(double middle, int size) => (float)(middle + 0.5 + size / 2.0) * scale;
    }

    // About square, whatever the shape of its tiles.
    private static Frame Sheet(Frame[] tiles) =>
        Tiles.Of(tiles, Math.Clamp((int)Math.Round(Math.Sqrt((double)tiles.Length * tiles[0].Height / tiles[0].Width)), 1, tiles.Length), gap: 2);

    private static Frame Tile(Plane plane)
    {
        Frame grey = plane.ToGrey();
        int longest = Math.Max(grey.Width, grey.Height);
        return HeatColours.Apply(longest > TileSide ? Shrunk(grey, TileSide) : Tiles.Enlarged(grey, TileSide / longest));
    }

    private static Frame Kernel(Tensor kernels, int index, bool bgr)
    {
        int height = kernels.Shape[2], width = kernels.Shape[3], plane = height * width;
        ReadOnlySpan<float> weights = kernels.AsSpan<float>().Slice(index * 3 * plane, 3 * plane);
        float most = 0;
        foreach (float w in weights) most = MathF.Max(most, MathF.Abs(w));
        var frame = new Frame(width, height);
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < plane; i++)
                frame.Pixels[i * 3 + (bgr ? 2 - c : c)] = (byte)MathF.Round(127.5f + (most > 0 ? weights[c * plane + i] / most * 127.5f : 0));
        return frame;
    }

    private static Frame Heat(Frame picture, Plane map)
    {
        Frame shown = Shown(picture);
        return HeatColours.Over(shown, Resize.Bilinear(map.ToGreyFromZero(), shown.Width, shown.Height));
    }

    private static Frame Shown(Frame frame) => Math.Max(frame.Width, frame.Height) > ShownSide ? Shrunk(frame, ShownSide) : frame;

    private static Frame Shrunk(Frame frame, int side)
    {
        double scale = (double)side / Math.Max(frame.Width, frame.Height);
        return Resize.Bilinear(frame, Math.Max(1, (int)Math.Round(frame.Width * scale)), Math.Max(1, (int)Math.Round(frame.Height * scale)));
    }

    private static string Caption(FieldFacts layer) => $"<b>{Svg.Escape(Units.End(layer.Name, 40))}</b><br/>{layer.Shape[1]} channels of {layer.Shape[3]}x{layer.Shape[2]}";

    private static string Figure(Frame picture, string what, string caption) => $"<figure>{Image(picture, what)}<figcaption>{caption}</figcaption></figure>\n";

    private static string Image(Frame picture, string what) => $"<img src=\"data:image/png;base64,{Convert.ToBase64String(ImageFile.EncodePng(picture))}\" alt=\"{Svg.Escape(what)}\" width=\"{picture.Width}\" height=\"{picture.Height}\"/>";
}
