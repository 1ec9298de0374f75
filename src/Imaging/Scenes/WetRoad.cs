using System.Numerics;
using static EdgeKit.Imaging.Scenes.SceneMath;

namespace EdgeKit.Imaging.Scenes;

/// <summary>A wet road shows what stands above it, mirrored at the horizon and smeared downwards.</summary>
internal static class WetRoad
{
    public static void Reflect(Canvas canvas, Camera camera, float wet)
    {
        Vector3 eye = camera.Position;
        if (!camera.Project(eye + new Vector3(-300, 0, 1000), out Vector2 left) || !camera.Project(eye + new Vector3(300, 0, 1000), out Vector2 right)) return;
        float tilt = (right.Y - left.Y) / (right.X - left.X);
        for (int y = 0; y < canvas.Height; y++)
        {
            for (int x = 0; x < canvas.Width; x++)
            {
                int p = y * canvas.Width + x;
                float horizon = left.Y + (x - left.X) * tilt, below = y - horizon;
                if (below <= 1 || canvas.Ids[p] != Canvas.Nothing || float.IsInfinity(canvas.Depth[p])) continue;
                float ripple = NoiseTile.Smooth.Sample(x * 0.21f, y * 0.9f), puddle = NoiseTile.Smooth.Sample(x * 24f / canvas.Width + 77, below * 60 / canvas.Height + 30);
                int mirrored = Math.Clamp((int)(horizon - below * (1 + 0.25f * ripple)), 0, canvas.Height - 1);
                int aside = Math.Clamp(x + (int)(ripple * 2.5f), 0, canvas.Width - 1);
                // Grazing rays are reflected more.
                float share = wet * (0.12f + 0.5f * Smooth(1 - 2.2f * below / canvas.Height)) * Smooth(0.6f + puddle);
                canvas.Pixels[p] = Mix(canvas.Pixels[p], canvas.Pixels[mirrored * canvas.Width + aside], share);
            }
        }
    }
}
