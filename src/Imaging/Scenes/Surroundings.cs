using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>Places what stands beside and over the road and gets no label.</summary>
internal sealed class Surroundings(SceneRandom random, Road road, Alignment alignment, bool night)
{
    private readonly List<Prop> _props = [];

    public List<Prop> Place()
    {
        float right = road.Right.Offset + MathF.Max(road.Right.Shift, 0), left = road.HasOther ? road.OtherLeft : road.Left.Offset;
        bool urban = road.Setting == RoadSetting.Urban;
        if (random.Chance(urban ? 0.75f : 0.12f)) Buildings(right + road.Strip, random.Between(0, 15));
        if (random.Chance(urban ? 0.75f : 0.12f)) Buildings(left - road.Strip, random.Between(0, 15));
        bool bare = random.Chance(0.12f);
        if (random.Chance(0.7f)) Trees(right, 1, bare);
        if (random.Chance(0.7f)) Trees(left, -1, bare);
        if (random.Chance(urban ? 0.12f : 0.45f)) Barrier(road.Right, random.Between(0.1f, 1.5f));
        if (random.Chance(road.HasOther ? 0.7f : urban ? 0.1f : 0.35f)) Barrier(road.Left, -random.Between(0.1f, 1.2f));
        if (random.Chance(0.5f)) Posts(right, left);
        if (random.Chance(road.Setting == RoadSetting.Highway ? 0.2f : 0.05f)) Overpass(right, left);
        return _props;
    }

    private void Buildings(float edge, float setback)
    {
        float side = MathF.Sign(edge), z = random.Between(-2, 25), tallest = random.Between(5, 40);
        for (int i = 0; i < 9 && z < 180; i++)
        {
            float length = random.Between(8, 30), end = z + length;
            if (random.Chance(0.85f))
            {
                _props.Add(new Building(random, alignment.At(MathF.Max(z, 0.5f)), alignment.At(end), edge + side * (setback + random.Between(0, 2)), tallest * random.Between(0.4f, 1))
                {
                    Z = (MathF.Max(z, 0.5f) + end) / 2,
                    Depth = length / 2,
                });
            }
            z = end + random.Skewed(0, 20, 2);
        }
    }

    private void Trees(float edge, int side, bool bare)
    {
        bool row = random.Chance(0.35f);
        float nearest = random.Between(1.5f, 10), spread = row ? random.Between(0, 2) : random.Between(2, 30), tallest = random.Between(3, 20), spacing = random.Skewed(1.5f, 20, 2), z = random.Between(4, 60);
        for (int i = 0; i < 40 && z < 250; i++)
        {
            // Far ones cover each other: fewer do.
            z += spacing * random.Between(0.3f, 1.7f) + z * 0.03f;
            float across = edge + side * (nearest + random.Unit() * spread);
            _props.Add(new Tree(random, alignment.At(z), across, bare, tallest) { Z = z });
        }
    }

    /// <summary>A wall, rail, fence or hedge along an edge of the carriageway.</summary>
    private void Barrier(RoadEdge edge, float beside)
    {
        (float bottom, float top, float posts, Vector3 albedo) = random.Unit() switch
        {
            < 0.4f => (0.45f, 0.75f, 0.7f, Grey(random.Between(0.45f, 0.8f))),
            < 0.7f => (0, random.Between(0.7f, 1.2f), 0, Grey(random.Between(0.4f, 0.85f), random.Around(0.12f))),
            < 0.8f => (0, random.Between(2, 5), 0, Grey(random.Between(0.3f, 0.75f), random.Around(0.12f))),
            < 0.9f => (0, random.Between(0.6f, 2), 0, Linear(random.Between(0.15f, 0.35f), random.Between(0.25f, 0.45f), random.Between(0.08f, 0.25f))),
            _ => (0.1f, random.Between(1, 2), 0.8f, Linear(random.Between(0.3f, 0.6f), random.Between(0.25f, 0.45f), random.Between(0.2f, 0.4f))),
        };
        float z = random.Chance(0.7f) ? 0.5f : random.Between(5, 40), end = random.Chance(0.8f) ? 220 : random.Between(30, 120), origin = random.Between(0, 256);
        while (z < end)
        {
            float next = z * 1.15f + 1.5f;
            _props.Add(new Ribbon(alignment.At(z), alignment.At(next), edge.At(z) + beside, edge.At(next) + beside, bottom, top, albedo, posts, origin) { Z = (z + next) / 2, Depth = (next - z) / 2 });
            z = next;
        }
    }

    private void Posts(float right, float left)
    {
        float spacing = random.Between(15, 50), height = random.Between(5, 11), arm = random.Chance(0.6f) ? random.Between(1, 3) : 0;
        bool onRight = random.Chance(0.65f), onLeft = !onRight || random.Chance(0.4f), lit = night && random.Chance(0.8f);
        Vector3 albedo = Grey(random.Between(0.1f, 0.65f));
        for (float z = random.Between(3, spacing); z < 160; z += spacing)
        {
            if (onRight) _props.Add(new Post(alignment.At(z), right + 0.8f, height, -arm, albedo, true, lit && arm > 0) { Z = z });
            if (onLeft) _props.Add(new Post(alignment.At(z), left - 0.8f, height, arm, albedo, true, lit && arm > 0) { Z = z });
        }
    }

    private void Overpass(float right, float left)
    {
        float z = random.Between(20, 120);
        _props.Add(new Bridge(alignment.At(z), left - 1, right + 1, random.Between(5, 6.5f), random.Between(1, 2.2f), random.Around(0.2f), Grey(random.Between(0.2f, 0.7f), random.Around(0.08f))) { Z = z, Depth = 5 });
    }
}
