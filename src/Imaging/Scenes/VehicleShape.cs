namespace EdgeKit.Imaging.Scenes;

/// <summary>Where a body's skin is glass from one section to the next.</summary>
[Flags]
internal enum Glass
{
    None = 0,
    Sides = 1,
    Top = 2,
}

/// <summary>A section across a body: six corners, symmetric about its middle.</summary>
/// <param name="Along">Metres from the rear.</param>
/// <param name="Half">Half of the width up to the belt.</param>
/// <param name="HalfTop">Half of the width at the top.</param>
/// <param name="Bottom">Height of the underside.</param>
/// <param name="Belt">Height of the belt line, where the sides turn inwards.</param>
/// <param name="Top">Height of the top.</param>
/// <param name="Glass">What is glass between this section and the next.</param>
internal readonly record struct Section(float Along, float Half, float HalfTop, float Bottom, float Belt, float Top, Glass Glass = Glass.None);

/// <summary>The shape of a vehicle, in metres: sections from the rear to the front. Trucks have a second body.</summary>
internal sealed record VehicleShape(Section[] Body, Section[]? Load, float Length, float Height, float Half, float Wheel, float RearAxle, float FrontAxle, float LightHeight, bool RearWindow)
{
    /// <summary>Chooses a kind of vehicle and its measures.</summary>
    public static VehicleShape Choose(SceneRandom random) => random.Unit() switch
    {
        < 0.36f => Sedan(random),
        < 0.6f => Hatch(random, random.Between(1.42f, 1.55f), random.Between(3.7f, 4.4f)),
        < 0.78f => Hatch(random, random.Between(1.6f, 1.95f), random.Between(4.3f, 5.1f)),
        < 0.84f => Pickup(random),
        < 0.9f => Van(random),
        < 0.965f => Truck(random),
        _ => Bus(random),
    };

    private static VehicleShape Sedan(SceneRandom random)
    {
        float length = random.Between(4.3f, 5), half = random.Between(0.86f, 0.95f), height = random.Between(1.38f, 1.5f), belt = random.Between(0.88f, 0.98f), roof = half * random.Between(0.66f, 0.76f);
        float trunk = random.Between(0.55f, 1);
        return new VehicleShape(
        [
            new(0, half * 0.9f, half * 0.84f, 0.34f, belt - 0.14f, belt - 0.06f),
            new(0.14f, half * 0.97f, half * 0.85f, 0.26f, belt - 0.04f, belt + 0.04f),
            new(trunk, half, half * 0.84f, 0.24f, belt, belt + 0.07f, Glass.Sides | Glass.Top),
            new(trunk + 0.75f, half, roof, 0.22f, belt, height - 0.03f, Glass.Sides),
            new(trunk + 1.5f, half, roof, 0.22f, belt, height, Glass.Sides),
            new(trunk + 2.05f, half, roof, 0.22f, belt, height - 0.03f, Glass.Sides | Glass.Top),
            new(trunk + 2.85f, half, half * 0.84f, 0.22f, belt - 0.03f, belt + 0.04f),
            new(length - 0.25f, half * 0.95f, half * 0.8f, 0.24f, belt - 0.2f, belt - 0.14f),
            new(length, half * 0.8f, half * 0.7f, 0.32f, belt - 0.33f, belt - 0.28f),
        ], null, length, height, half, random.Between(0.3f, 0.35f), 0.95f, length - 0.85f, belt - 0.12f, false);
    }

    private static VehicleShape Hatch(SceneRandom random, float height, float length)
    {
        float half = random.Between(0.84f, 0.97f), belt = height * random.Between(0.6f, 0.66f), roof = half * random.Between(0.72f, 0.84f), clear = height * 0.17f, slant = random.Between(0.1f, 0.55f);
        return new VehicleShape(
        [
            new(0, half * 0.92f, half * 0.88f, clear + 0.1f, belt - 0.1f, belt - 0.05f),
            new(0.07f, half, half * 0.9f, clear, belt, belt + 0.05f, Glass.Top),
            new(0.1f + slant, half, roof, clear, belt, height - 0.05f, Glass.Sides),
            new(length * 0.34f, half, roof, clear, belt, height, Glass.Sides),
            new(length * 0.54f, half, roof, clear, belt, height - 0.04f, Glass.Sides | Glass.Top),
            new(length * 0.74f, half, half * 0.86f, clear, belt - 0.04f, belt + 0.03f),
            new(length - 0.2f, half * 0.95f, half * 0.82f, clear, belt - 0.18f, belt - 0.1f),
            new(length, half * 0.84f, half * 0.76f, clear + 0.1f, belt - 0.35f, belt - 0.28f),
        ], null, length, height, half, random.Between(0.3f, 0.38f), 0.75f, length - 0.8f, belt - random.Between(0.02f, 0.2f), false);
    }

    private static VehicleShape Pickup(SceneRandom random)
    {
        float length = random.Between(5, 5.8f), half = random.Between(0.92f, 1.02f), height = random.Between(1.7f, 1.95f), belt = height * 0.6f;
        return new VehicleShape(
        [
            new(0, half, half * 0.97f, 0.5f, belt - 0.06f, belt - 0.03f),
            new(length * 0.36f, half, half * 0.95f, 0.4f, belt - 0.05f, belt, Glass.Top),
            new(length * 0.38f, half, half * 0.78f, 0.4f, belt, height - 0.03f, Glass.Sides),
            new(length * 0.5f, half, half * 0.78f, 0.4f, belt, height, Glass.Sides),
            new(length * 0.6f, half, half * 0.78f, 0.4f, belt, height - 0.04f, Glass.Sides | Glass.Top),
            new(length * 0.74f, half, half * 0.88f, 0.4f, belt - 0.02f, belt + 0.03f),
            new(length - 0.1f, half * 0.97f, half * 0.88f, 0.42f, belt - 0.12f, belt - 0.08f),
            new(length, half * 0.92f, half * 0.86f, 0.5f, belt - 0.25f, belt - 0.2f),
        ], null, length, height, half, random.Between(0.36f, 0.42f), 1.1f, length - 0.95f, belt - 0.3f, false);
    }

    private static VehicleShape Van(SceneRandom random)
    {
        float length = random.Between(4.6f, 6.2f), half = random.Between(0.9f, 1.03f), height = random.Between(1.9f, 2.7f), belt = MathF.Min(height * 0.55f, 1.3f);
        Glass sides = random.Chance(0.5f) ? Glass.Sides : Glass.None;
        return new VehicleShape(
        [
            new(0, half, half * 0.9f, 0.35f, belt, height - 0.08f, sides),
            new(length * 0.35f, half, half * 0.9f, 0.3f, belt, height, sides),
            new(length * 0.62f, half, half * 0.9f, 0.3f, belt, height - 0.05f, Glass.Sides | Glass.Top),
            new(length * 0.82f, half, half * 0.88f, 0.3f, belt - 0.05f, belt + 0.1f),
            new(length, half * 0.92f, half * 0.85f, 0.35f, belt - 0.35f, belt - 0.3f),
        ], null, length, height, half, random.Between(0.32f, 0.38f), 1, length - 0.9f, belt - 0.15f, random.Chance(0.7f));
    }

    private static VehicleShape Truck(SceneRandom random)
    {
        float load = random.Between(4, 13), cab = random.Between(1.7f, 2.3f), half = random.Between(1.05f, 1.28f), height = random.Between(2.7f, 4), cabHeight = random.Between(2.2f, MathF.Min(3.4f, height)), floor = random.Between(0.7f, 1.2f), length = load + 0.3f + cab;
        return new VehicleShape(
        [
            new(load + 0.3f, half * 0.95f, half * 0.93f, 0.5f, cabHeight * 0.55f, cabHeight - 0.1f, Glass.Sides),
            new(length - 0.4f, half * 0.95f, half * 0.9f, 0.45f, cabHeight * 0.55f, cabHeight, Glass.Sides | Glass.Top),
            new(length, half * 0.93f, half * 0.85f, 0.45f, cabHeight * 0.5f, cabHeight * 0.53f),
        ],
        [
            new(0, half, half, floor, (floor + height) / 2, height),
            new(load, half, half, floor, (floor + height) / 2, height),
        ], length, height, half, random.Between(0.42f, 0.52f), MathF.Min(load * 0.25f, 2), length - 1, floor - 0.12f, false);
    }

    private static VehicleShape Bus(SceneRandom random)
    {
        float length = random.Between(8, 13), half = random.Between(1.15f, 1.28f), height = random.Between(2.8f, 3.4f), belt = height * random.Between(0.38f, 0.48f);
        return new VehicleShape(
        [
            new(0, half, half * 0.96f, 0.35f, belt, height - 0.05f, Glass.Sides),
            new(length * 0.25f, half, half * 0.96f, 0.35f, belt, height, Glass.Sides),
            new(length * 0.5f, half, half * 0.96f, 0.35f, belt, height, Glass.Sides),
            new(length * 0.75f, half, half * 0.96f, 0.35f, belt, height, Glass.Sides),
            new(length - 0.15f, half, half * 0.96f, 0.35f, belt, height - 0.15f, Glass.Sides | Glass.Top),
            new(length, half * 0.97f, half * 0.94f, 0.4f, belt - 0.15f, belt - 0.1f),
        ], null, length, height, half, random.Between(0.42f, 0.5f), 2.5f, length - 2.4f, belt - 0.25f, random.Chance(0.8f));
    }
}
