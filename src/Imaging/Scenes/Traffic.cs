namespace EdgeKit.Imaging.Scenes;

/// <summary>Places vehicles, people, traffic lights and signs.</summary>
internal sealed class Traffic(SceneRandom random, Road road, Alignment alignment, Ground ground, bool night, bool busy)
{
    private const float Farthest = 140;

    private readonly List<Prop> _props = [];

    public List<Prop> Place()
    {
        float density = random.Chance(0.15f) ? 0 : random.Skewed(0.1f, 1, 1);
        foreach (RoadLane lane in road.Lanes) Fill(lane, density);
        if (road.Setting == RoadSetting.Urban || random.Chance(0.08f)) Crossing(density);
        float people = road.Setting switch { RoadSetting.Urban => 0.7f, RoadSetting.Rural => 0.15f, _ => 0.03f };
        if (random.Chance(people)) People(random.Whole(1, 7), random.Chance(0.3f));
        if (road.Setting != RoadSetting.Highway && random.Chance(0.3f)) People(random.Whole(1, 2), true);
        if (random.Chance(road.Setting == RoadSetting.Highway ? 0.03f : 0.3f)) Lights();
        if (random.Chance(0.5f)) Signs();
        if (busy) Crowd();
        return _props;
    }

    private void Crowd()
    {
        People(random.Whole(2, 8), false);
        People(random.Whole(2, 6), true);
        Lights();
        if (random.Chance(0.5f)) Lights();
        Signs();
    }

    private void Fill(RoadLane lane, float density)
    {
        bool own = MathF.Abs(lane.Middle) < 0.5f;
        float gap = lane.Parked ? random.Between(0.6f, 6) : random.Between(4, 25) / MathF.Max(density, 0.05f);
        float z = own ? random.Between(6, 70) : lane.Parked ? random.Between(-3, 10) : random.Between(-4, 30);
        if (density == 0 && !lane.Parked) return;
        for (int i = 0; i < 14; i++)
        {
            VehicleShape shape = VehicleShape.Choose(random);
            float middle = z + shape.Length / 2;
            if (middle > Farthest) return;
            float turn = random.Around(0.04f) + (lane.Oncoming ? MathF.PI : 0) + (lane.Parked && random.Chance(0.1f) ? MathF.PI : 0);
            float across = lane.Middle + random.Around(lane.Parked ? 0.15f : 0.45f);
            // Nothing may stand where the camera is.
            bool clear = middle > shape.Length / 2 + 3 || MathF.Abs(across) > 1.9f;
            Add(Vehicle.Place(random, shape, alignment.At(MathF.Max(middle, 0.4f)) with { Z = middle }, across, turn, night, lane.Parked), clear);
            z = middle + shape.Length / 2 + (lane.Parked ? random.Skewed(0.5f, gap + 3, 2) : random.Skewed(3, gap * 3, 2));
        }
    }

    /// <summary>Vehicles seen from the side or turning.</summary>
    private void Crossing(float density)
    {
        int count = density == 0 ? 0 : random.Whole(0, 2);
        for (int i = 0; i < count; i++)
        {
            float z = random.Between(10, 50), across = random.Between(-14, 14), turn = (random.Chance(0.5f) ? 1 : -1) * random.Between(0.6f, 2.5f);
            Add(Vehicle.Place(random, VehicleShape.Choose(random), alignment.At(z), across, turn, night, false), true);
        }
    }

    private void People(int count, bool ride)
    {
        for (int i = 0; i < count; i++)
        {
            float z = random.Skewed(4, 50, 2), right = road.Right.At(z), left = road.Left.At(z);
            float across = ride
                ? random.Chance(0.8f) ? right - random.Between(0.3f, 1.6f) : left + random.Between(0.3f, 1.6f)
                : random.Chance(0.15f) ? random.Between(left, right) : random.Chance(0.6f) ? right + random.Between(0.2f, 4) : left - random.Between(0.2f, 4);
            Add(new Person(random, alignment.At(z), across, ride) { Z = z, Depth = 0.3f }, z > 6 || MathF.Abs(across) > 1.5f);
        }
    }

    private void Lights()
    {
        float z = random.Skewed(12, 70, 2), right = road.Right.At(z), left = road.Left.At(z);
        int count = random.Whole(1, 4);
        for (int i = 0; i < count; i++)
        {
            bool onRight = random.Chance(0.65f), overhead = random.Chance(0.55f);
            float pole = onRight ? right + random.Between(0.3f, 2) : left - random.Between(0.3f, 2), across = overhead ? random.Between(left, right) : pole;
            Add(new TrafficLight(random, alignment.At(z), across, pole, overhead ? random.Between(4.5f, 5.6f) : random.Between(2.1f, 3)) { Z = z, Depth = 0.1f }, true);
        }
    }

    private void Signs()
    {
        int count = random.Whole(1, 4);
        for (int i = 0; i < count; i++)
        {
            float z = random.Skewed(6, 80, 2), right = road.Right.At(z), left = road.Left.At(z);
            bool gantry = road.Setting == RoadSetting.Highway && random.Chance(0.25f);
            float pole = random.Chance(0.7f) ? right + random.Between(0.5f, 3) : left - random.Between(0.5f, 3);
            float across = gantry ? random.Between(left, right) : pole;
            Add(new Sign(random, alignment.At(z), across, gantry ? random.Between(5.2f, 6) : random.Between(1.3f, 2.6f), pole, gantry) { Z = z, Depth = 0.1f }, true);
        }
    }

    /// <summary>Adds what the ground does not hide.</summary>
    private void Add(Prop prop, bool allowed)
    {
        if (allowed && ground.Sees(prop.Z)) _props.Add(prop);
    }
}
