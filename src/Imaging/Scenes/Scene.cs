namespace EdgeKit.Imaging.Scenes;

/// <summary>One scene: all that its seed chooses.</summary>
internal sealed class Scene
{
    private readonly ulong _seed;
    private readonly SceneOptions _options;
    private readonly Camera _camera;
    private readonly Alignment _alignment;
    private readonly Road _road;
    private readonly Ground _ground;
    private readonly Atmosphere _air;

    public Scene(ulong seed, int width, int height, SceneOptions options)
    {
        _seed = seed;
        _options = options;
        _camera = new Camera(Stream(SceneStream.Camera), width, height);
        SceneRandom layout = Stream(SceneStream.Road);
        RoadSetting setting = RoadBuilder.Setting(layout);
        _road = RoadBuilder.Build(layout, setting);
        _alignment = new Alignment(Stream(SceneStream.Alignment), setting);
        _ground = new Ground(_alignment, _camera);
        _air = new Atmosphere(Stream(SceneStream.Atmosphere), options.Weather);
    }

    public (Frame Frame, SceneLabels Labels) Draw(Canvas canvas)
    {
        byte[]? drivable = _options.Drivable ? new byte[canvas.Width * canvas.Height] : null;
        GroundPass pass = new(_camera, _ground, _air)
        {
            Surface = new RoadSurface(Stream(SceneStream.Surface), _road, _options.Wear),
            Paint = new RoadPaint(Stream(SceneStream.Surface), _road, _options.Wear),
            Marks = _options.Marks ? new RoadMarks(Stream(SceneStream.Marks), _road) : null,
            Shadows = _options.Shadows ? new GroundShadows(Stream(SceneStream.Shadows), _road) : null,
            Backdrop = new Backdrop(Stream(SceneStream.Backdrop), _air, _road, _ground.Horizon),
            Drivable = drivable,
        };
        pass.Draw(canvas);
        IReadOnlyList<LaneLine> lanes = LaneLabels.Of(_road, _ground, _camera, _air);
        Frame frame = new CameraFinish(Stream(SceneStream.Finish), _options.Imperfections, _air.Night).Develop(canvas);
        return (frame, new SceneLabels(_seed, lanes, [], drivable, _air.Night, _air.Wet > 0, _air.Fog));
    }

    private SceneRandom Stream(SceneStream stream) => new(_seed, stream);
}
