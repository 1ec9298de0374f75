using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>What the ground is made of and reflects: asphalt or concrete with its stains, kerbs, verges.</summary>
internal sealed class RoadSurface
{
    private readonly Road _road;
    private readonly Vector3 _asphalt, _shoulder, _kerb, _strip, _beyond;
    private readonly float _grain, _streaks, _blotches, _tracks, _oil, _trackHalf, _originX, _originZ, _verge, _joints, _jointPeriod, _otherShade, _snow;
    private readonly float _shoulderFrom = float.MaxValue;
    private readonly Seam[] _seams;

    public RoadSurface(SceneRandom random, Road road, bool wear)
    {
        _road = road;
        float brightness = random.Unit() switch { < 0.3f => random.Between(0.2f, 0.36f), < 0.75f => random.Between(0.36f, 0.58f), _ => random.Between(0.55f, 0.8f) };
        float warmth = random.Around(0.09f);
        _asphalt = Grey(brightness, warmth);
        _shoulder = random.Chance(0.5f) ? _asphalt : Grey(brightness * random.Between(0.7f, 1.25f), random.Around(0.1f));
        if (road.Right.Shift == 0 && random.Chance(0.5f)) _shoulderFrom = RightOfLanes(road) + random.Between(0.1f, 0.4f);
        _otherShade = random.Between(0.8f, 1.2f);
        _kerb = Grey(random.Between(0.45f, 0.85f), random.Around(0.06f));
        _strip = road.Setting == RoadSetting.Urban ? Grey(random.Between(0.35f, 0.75f), random.Around(0.1f)) : Soil(random);
        _beyond = Soil(random);
        _snow = random.Chance(0.06f) ? random.Between(0.3f, 0.8f) : 0;
        _grain = random.Skewed(0.01f, 0.16f, 2);
        _verge = random.Between(0.08f, 0.4f);
        (_originX, _originZ) = (random.Between(0, 256), random.Between(0, 256));
        _trackHalf = random.Between(0.6f, 0.95f);
        if (wear)
        {
            _streaks = random.Skewed(0, 0.5f, 2);
            _blotches = random.Skewed(0, 0.5f, 2);
            _tracks = random.Chance(0.7f) ? random.Around(0.35f) : 0;
            _oil = random.Skewed(0, 0.4f, 2);
            _joints = random.Chance(0.2f) ? random.Between(0.2f, 0.7f) : 0;
        }
        _jointPeriod = random.Between(3, 8);
        _seams = new Seam[wear ? random.Whole(0, 7) : 0];
        for (int i = 0; i < _seams.Length; i++) _seams[i] = Seam.Choose(random, road);
    }

    /// <summary>What the ground reflects, without paint.</summary>
    /// <param name="point">Where.</param>
    /// <param name="foot">Width of a pixel across the road, in metres.</param>
    /// <param name="length">Length of a pixel along the road, in metres.</param>
    /// <param name="grain">White noise of this pixel.</param>
    /// <param name="paved">Share of the pixel that is the own carriageway.</param>
    public Vector3 Albedo(in GroundPoint point, float foot, float length, float grain, out float paved)
    {
        float across = point.Across, left = across - _road.Left.At(point.Z), right = _road.Right.At(point.Z) - across;
        paved = Beyond(MathF.Min(left, right), foot);
        Vector3 road = paved > 0 ? Pavement(point, foot, length, grain) : default;
        if (paved >= 1) return road;
        if (_road.HasOther && across < _road.OtherRight + foot && across > _road.OtherLeft - foot)
        {
            paved = 0;
            return Pavement(point, foot, length, grain) * _otherShade;
        }
        float outside = -MathF.Min(left, right);
        Vector3 beside = Mix(_kerb * (1 + 0.1f * grain), Verge(point, outside, foot, grain), _road.Kerb > 0 ? Beyond(outside - _road.Kerb, foot) : 1);
        return Mix(beside, road, paved);
    }

    private Vector3 Pavement(in GroundPoint point, float foot, float length, float grain)
    {
        float across = point.Across, z = point.Z, x = across + _originX, y = z + _originZ, fade = 1 / (1 + foot * 6), far = 1 / (1 + length * 0.5f);
        float shade = 1 + grain * _grain * (0.25f + 0.75f * fade);
        if (_streaks > 0 && foot < 0.4f) shade *= 1 + _streaks * fade * NoiseTile.Smooth.Sample(x * 14, y * 0.35f);
        if (_blotches > 0 && length < 10) shade *= 1 + _blotches * far * NoiseTile.Smooth.Sample(x * 1.7f, y * 0.6f);
        float lane = across / _road.LaneWidth, fromMiddle = MathF.Abs(lane - MathF.Round(lane)) * _road.LaneWidth;
        float track = Math.Clamp(1 - MathF.Abs(fromMiddle - _trackHalf) * 2.6f, 0, 1);
        shade *= 1 + _tracks * track * (2 - track);
        if (_oil > 0) shade *= 1 - _oil * Math.Clamp(1 - fromMiddle * 2, 0, 1);
        if (_joints > 0) shade *= 1 - _joints * Bars(z, length, 0.04f, _jointPeriod);
        foreach (ref readonly Seam seam in _seams.AsSpan()) shade *= seam.Shade(point, foot, length);
        return (across > _shoulderFrom ? _shoulder : _asphalt) * MathF.Max(shade, 0.05f);
    }

    private Vector3 Verge(in GroundPoint point, float outside, float foot, float grain)
    {
        float coarse = NoiseTile.Smooth.Sample(point.Across * 0.8f + _originX, point.Z * 0.5f + _originZ), fade = 1 / (1 + foot * 3);
        Vector3 colour = Mix(_strip, _beyond, Smooth((outside - _road.Strip + coarse) / 0.8f));
        if (_snow > 0 && coarse > -_snow) colour = Grey(0.9f);
        return colour * MathF.Max(1 + coarse * _verge + grain * _verge * (0.3f + 0.7f * fade), 0.1f);
    }

    private static float RightOfLanes(Road road)
    {
        float most = 0;
        foreach (RoadLane lane in road.Lanes)
        {
            if (!lane.Oncoming && !lane.Parked) most = MathF.Max(most, lane.Middle);
        }
        return most + road.LaneWidth / 2;
    }

    private static Vector3 Soil(SceneRandom random) => random.Unit() switch
    {
        < 0.4f => Linear(random.Between(0.2f, 0.45f), random.Between(0.32f, 0.55f), random.Between(0.12f, 0.3f)),
        < 0.75f => Linear(random.Between(0.5f, 0.8f), random.Between(0.42f, 0.68f), random.Between(0.25f, 0.5f)),
        < 0.9f => Grey(random.Between(0.25f, 0.7f), random.Around(0.1f)),
        _ => Linear(random.Between(0.3f, 0.5f), random.Between(0.22f, 0.38f), random.Between(0.12f, 0.25f)),
    };

    /// <summary>A crack, a line of tar, a joint or a patch: darker or lighter than what is around it.</summary>
    private readonly record struct Seam(bool AlongRoad, float Place, float Half, float Start, float End, float Wander, float Change, float Origin)
    {
        public static Seam Choose(SceneRandom random, Road road)
        {
            float start = random.Skewed(0, 60, 2), across = random.Between(road.Left.Offset, road.Right.Offset), dark = -random.Between(0.2f, 0.7f), origin = random.Between(0, 256);
            int line = random.Whole(0, Math.Max(road.Lines.Count - 1, 0));
            return random.Unit() switch
            {
                // The joint that runs beside a lane line.
                < 0.3f when road.Lines.Count > 0 => new(true, road.Lines[line].Edge.Offset + random.Around(0.5f), random.Between(0.02f, 0.06f), -10, 500, random.Chance(0.7f) ? 0 : 0.05f, dark, origin),
                < 0.6f => new(true, across, random.Between(0.015f, 0.06f), start, start + random.Between(4, 60), random.Between(0, 0.6f), dark, origin),
                < 0.75f => new(false, start + 2, random.Between(0.02f, 0.15f), road.Left.Offset, road.Right.Offset, random.Between(0, 0.5f), random.Chance(0.7f) ? dark : 0.3f, origin),
                < 0.9f => new(true, across, random.Between(0.5f, 1.8f), start, start + random.Between(1.5f, 25), 0, random.Around(0.5f), origin),
                // Another paving from some distance on.
                _ => new(true, random.Chance(0.5f) ? 0 : across, random.Chance(0.5f) ? 50 : road.LaneWidth / 2, start + 5, 600, 0, random.Around(0.4f), origin),
            };
        }

        public float Shade(in GroundPoint point, float foot, float length)
        {
            (float side, float along, float sideFoot, float alongFoot) = AlongRoad ? (point.Across, point.Z, foot, length) : (point.Z, point.Across, length, foot);
            if (along < Start - alongFoot || along > End + alongFoot) return 1;
            float off = side - Place;
            if (MathF.Abs(off) > Half + sideFoot + Wander) return 1;
            if (Wander > 0) off += Wander * NoiseTile.Smooth.Sample(along * 0.8f + Origin, Origin);
            return 1 + Change * Band(off, Half, sideFoot) * Beyond(along - Start, alongFoot) * Beyond(End - along, alongFoot);
        }
    }
}
