using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Light, air and weather of a scene, in linear light with a sunlit white surface near 1.</summary>
internal sealed class Atmosphere
{
    private readonly float _headlights, _beam, _reach;
    private readonly Vector3 _lampColour;

    public Atmosphere(SceneRandom random, bool weather)
    {
        float kind = random.Unit(), elevation = random.Chance(0.25f) ? random.Between(0.08f, 0.3f) : random.Between(0.3f, 1.2f), azimuth = random.Between(-MathF.PI, MathF.PI);
        float overcast = random.Chance(0.6f) ? random.Between(0, 0.25f) : random.Between(0.4f, 1), warmth = random.Around(0.1f);
        float fog = random.Chance(0.07f) ? random.Between(0.008f, 0.04f) : random.Skewed(0.0001f, 0.003f, 3);
        bool wet = random.Chance(0.13f), rain = wet && random.Chance(0.6f);
        float night = random.Unit();
        if (!weather) (kind, overcast, fog, wet, rain, elevation) = (1, 0.1f, 0.0003f, false, false, 1);
        Night = kind < 0.1f;
        Wet = wet ? random.Between(0.3f, 1) : 0;
        Rain = rain ? random.Between(0.3f, 1) : 0;
        if (Rain > 0) overcast = MathF.Max(overcast, 0.8f);
        Overcast = overcast;
        Fog = fog > 0.007f;
        FogDensity = fog;
        SunDirection = new Vector3(Sin(azimuth) * Cos(elevation), Sin(elevation), Cos(azimuth) * Cos(elevation));
        float dusk = weather && !Night && random.Chance(0.1f) ? random.Between(0.1f, 0.5f) : 1;
        Vector3 sunColour = new(1, 0.93f - 0.25f * (1 - elevation) * 0.5f, 0.82f - 0.35f * MathF.Max(0, 0.5f - elevation));
        SunLight = sunColour * ((1 - overcast) * random.Between(0.6f, 1.1f) * dusk);
        float skyLight = random.Between(0.12f, 0.4f);
        AmbientLight = Mix(new Vector3(0.85f, 0.95f, 1.15f) * skyLight, new Vector3(0.9f + warmth, 0.92f, 0.94f - warmth) * random.Between(0.5f, 0.8f), overcast) * dusk;
        ChooseSky(random, overcast, dusk);
        if (Night)
        {
            float level = 0.004f + 0.05f * night * night;
            SunLight = Vector3.Zero;
            AmbientLight = Mix(new Vector3(0.8f, 0.9f, 1.2f), new Vector3(1.5f, 0.9f, 0.4f), random.Unit()) * level;
            Zenith = AmbientLight * random.Between(0.1f, 1);
            SkyFoot = AmbientLight * random.Between(0.5f, 2.5f);
            _headlights = random.Between(0.15f, 0.9f);
            _beam = random.Between(0.25f, 0.6f);
            _reach = random.Between(12, 40);
        }
        Vector3 haze = Mix(SkyFoot, Grey(0.8f) * (Night ? 0.03f : dusk), 0.5f);
        FogColour = Fog ? haze : Mix(haze, SkyFoot, 0.6f);
        _lampColour = new Vector3(1, 0.9f + random.Around(0.08f), 0.7f + random.Around(0.3f));
    }

    public bool Night { get; }

    /// <summary>0 dry to 1 under water.</summary>
    public float Wet { get; }

    /// <summary>0 no rain to 1 heavy.</summary>
    public float Rain { get; }

    /// <summary>0 clear to 1 no sun.</summary>
    public float Overcast { get; }

    public bool Fog { get; }

    /// <summary>Extinction per metre.</summary>
    public float FogDensity { get; }

    public Vector3 FogColour { get; }

    /// <summary>Towards the sun, of unit length.</summary>
    public Vector3 SunDirection { get; }

    public Vector3 SunLight { get; }

    public Vector3 AmbientLight { get; }

    public Vector3 Zenith { get; private set; }

    public Vector3 SkyFoot { get; private set; }

    /// <summary>Metres ahead to which something on the road can be told by its light and through the air.</summary>
    public float Sight => MathF.Min(Night ? 25 + _reach * 1.5f : 1000, 2.2f / FogDensity);

    /// <summary>Share of light that comes through the air.</summary>
    public float Clear(float distance) => Exp(-FogDensity * distance);

    /// <summary>The light of the headlights at a point ahead.</summary>
    public Vector3 Headlight(float z, float aside)
    {
        if (_headlights == 0) return Vector3.Zero;
        float reach = z / _reach, near = z * z / (z * z + 16), side = aside / _beam;
        return _lampColour * (_headlights * near / ((1 + reach * reach) * (1 + side * side * side * side)));
    }

    /// <summary>Light on the level ground.</summary>
    public Vector3 OnGround(float z, float aside, float shadow) => AmbientLight + SunLight * ((0.35f + 0.65f * SunDirection.Y) * (1 - shadow)) + Headlight(z, aside);

    /// <summary>Light that a surface sends towards the camera, through the air.</summary>
    public Vector3 Shade(Vector3 albedo, Vector3 normal, Vector3 position)
    {
        float sun = MathF.Max(0, Dot(normal, SunDirection));
        Vector3 light = AmbientLight * (0.7f + 0.3f * normal.Y) + SunLight * sun;
        if (_headlights > 0) light += Headlight(position.Z, position.X / MathF.Max(position.Z, 1)) * MathF.Max(0.15f, -normal.Z);
        return Through(albedo * light, position.Z);
    }

    /// <summary>A colour as seen through the air.</summary>
    public Vector3 Through(Vector3 colour, float distance)
    {
        float clear = Clear(MathF.Max(distance, 0));
        return FogColour + (colour - FogColour) * clear;
    }

    private void ChooseSky(SceneRandom random, float overcast, float dusk)
    {
        Vector3 blue = Linear(random.Between(0.25f, 0.5f), random.Between(0.45f, 0.65f), random.Between(0.7f, 0.95f));
        Vector3 pale = Linear(random.Between(0.6f, 0.85f), random.Between(0.72f, 0.88f), random.Between(0.8f, 0.97f));
        Vector3 cloud = Grey(random.Between(0.55f, 1), random.Around(0.05f));
        Zenith = Mix(blue, cloud * random.Between(0.6f, 1), overcast) * dusk;
        SkyFoot = Mix(pale, cloud, overcast) * dusk;
        if (random.Chance(0.12f)) SkyFoot = Mix(SkyFoot, Linear(0.98f, random.Between(0.6f, 0.85f), random.Between(0.4f, 0.7f)) * dusk, random.Between(0.3f, 0.9f));
    }
}
