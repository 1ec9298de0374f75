namespace EdgeKit.Imaging.Scenes;

/// <summary>One scene: all that its seed chooses.</summary>
internal sealed class Scene
{
    // Smaller objects get no label: pixels of the box's sides, and of the object.
    private const float SmallestSide = 2;
    private const int FewestPixels = 4;

    private readonly ulong _seed;
    private readonly SceneOptions _options;
    private readonly Camera _camera;
    private readonly Alignment _alignment;
    private readonly Road _road;
    private readonly Ground _ground;
    private readonly Atmosphere _air;
    private readonly Foreground? _foreground;
    private readonly bool _mirrored;

    public Scene(ulong seed, int width, int height, SceneOptions options)
    {
        _seed = seed;
        _options = options;
        _camera = new Camera(Stream(SceneStream.Camera), width, height);
        SceneRandom layout = Stream(SceneStream.Road);
        _mirrored = layout.Chance(0.3f);
        RoadSetting setting = RoadBuilder.Setting(layout);
        _road = RoadBuilder.Build(layout, setting);
        _alignment = new Alignment(Stream(SceneStream.Alignment), setting);
        _ground = new Ground(_alignment, _camera);
        _air = new Atmosphere(Stream(SceneStream.Atmosphere), options.Weather);
        _foreground = options.Foreground ? new Foreground(Stream(SceneStream.Foreground), _air, width, height) : null;
    }

    public (Frame Frame, SceneLabels Labels) Draw(Canvas canvas)
    {
        byte[]? drivable = _options.Drivable ? new byte[canvas.Width * canvas.Height] : null;
        new GroundPass(_camera, _ground, _air)
        {
            Surface = new RoadSurface(Stream(SceneStream.Surface), _road, _options.Wear),
            Paint = new RoadPaint(Stream(SceneStream.Paint), _road, _options.Wear),
            LanePaint = _options.LanePaint,
            Marks = _options.Marks ? new RoadMarks(Stream(SceneStream.Marks), _road) : null,
            Shadows = _options.Shadows ? new GroundShadows(Stream(SceneStream.Shadows), _road) : null,
            Backdrop = new Backdrop(Stream(SceneStream.Backdrop), _air, _road, _ground.Horizon),
            Drivable = drivable,
        }.Draw(canvas);
        List<(Prop Prop, SceneObject Label)> painted = PaintProps(canvas);
        if (_air.Wet > 0) WetRoad.Reflect(canvas, _camera, _air.Wet);
        _foreground?.Paint(canvas, _air);
        List<SceneObject> objects = CountVisible(canvas, painted);
        for (int i = 0; i < drivable?.Length; i++)
        {
            if (canvas.Ids[i] != Canvas.Nothing) drivable[i] = 0;
        }
        List<LaneLine> lanes = LaneLabels.Of(_road, _ground, _camera, _air, _foreground);
        Frame frame = new CameraFinish(Stream(SceneStream.Finish), _options.Imperfections, _air).Develop(canvas);
        var labels = new SceneLabels(_seed, lanes, objects, drivable, _air.Night, _air.Wet > 0, _air.Fog);
        return _mirrored ? SceneMirror.Of(frame, labels) : (frame, labels);
    }

    private List<(Prop Prop, SceneObject Label)> PaintProps(Canvas canvas)
    {
        List<Prop> props = _options.Traffic ? new Traffic(Stream(SceneStream.Traffic), _road, _alignment, _ground, _air.Night, _options.Busy).Place() : [];
        for (int i = 0; i < props.Count; i++) props[i].Id = (ushort)(Canvas.FirstObject + i);
        if (_options.Omit is { } omitted && omitted < props.Count) props.RemoveAt(omitted);
        if (_options.Surroundings) props.AddRange(new Surroundings(Stream(SceneStream.Surroundings), _road, _alignment, _air.Night).Place());
        // From far to near; the number decides between equals.
        props.Sort(static (a, b) => a.Z != b.Z ? b.Z.CompareTo(a.Z) : a.Id.CompareTo(b.Id));
        var painter = new Painter(canvas, _camera, _air);
        if (_options.Shadows)
        {
            foreach (Prop prop in props)
            {
                painter.Begin(Canvas.Nothing, prop.Z - prop.Depth);
                prop.Shade(painter);
            }
        }
        var labels = new List<(Prop, SceneObject)>();
        foreach (Prop prop in props)
        {
            float near = prop.Z - prop.Depth;
            painter.Begin(Canvas.Scenery, near);
            prop.PaintBefore(painter);
            painter.Begin(prop.Id, near);
            prop.Paint(painter);
            if (prop.Kind is { } kind) labels.Add((prop, Label(kind, prop, painter)));
            if (_options.Imperfections) prop.PaintAfter(painter);
        }
        return labels;
    }

    private SceneObject Label(SceneObjectKind kind, Prop prop, Painter painter)
    {
        Box box = painter.Inside;
        float left = Math.Clamp(box.Left, 0, _camera.Width), right = Math.Clamp(box.Right, 0, _camera.Width);
        float top = Math.Clamp(box.Top, 0, _camera.Height), bottom = Math.Clamp(box.Bottom, 0, _camera.Height), whole = painter.Whole.Area;
        return new SceneObject(kind, left, top, right, bottom, 0, whole > 0 ? Math.Clamp(box.Area / whole, 0, 1) : 0, prop.Z);
    }

    /// <summary>Fills in how much of each object is left to see, and drops what is too small.</summary>
    private static List<SceneObject> CountVisible(Canvas canvas, List<(Prop Prop, SceneObject Label)> painted)
    {
        int last = 0;
        foreach ((Prop prop, _) in painted) last = Math.Max(last, prop.Id);
        int[] seen = new int[last + 1];
        foreach (ushort id in canvas.Ids.AsSpan(0, canvas.Width * canvas.Height))
        {
            if (id <= last) seen[id]++;
        }
        var objects = new List<SceneObject>();
        foreach ((Prop prop, SceneObject label) in painted)
        {
            int total = canvas.Total(prop.Id);
            if (total < FewestPixels || seen[prop.Id] == 0 || label.Right - label.Left < SmallestSide || label.Bottom - label.Top < SmallestSide) continue;
            objects.Add(label with { Visible = (float)seen[prop.Id] / total });
        }
        return objects;
    }

    private SceneRandom Stream(SceneStream stream) => new(_seed, stream);
}
