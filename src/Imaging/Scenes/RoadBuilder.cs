namespace EdgeKit.Imaging.Scenes;

/// <summary>Chooses the cross-section of a road.</summary>
internal static class RoadBuilder
{
    private static readonly float[] DashLengths = [1, 1.5f, 2, 3, 3, 3, 4, 4.5f, 6];

    /// <summary>Chooses what the road runs through.</summary>
    public static RoadSetting Setting(SceneRandom random) => random.Unit() switch
    {
        < 0.42f => RoadSetting.Highway,
        < 0.68f => RoadSetting.Rural,
        _ => RoadSetting.Urban,
    };

    public static Road Build(SceneRandom random, RoadSetting setting)
    {
        var road = new Road
        {
            Setting = setting,
            LaneWidth = setting switch
            {
                RoadSetting.Highway => random.Between(3.3f, 3.9f),
                RoadSetting.Rural => random.Between(2.75f, 3.7f),
                _ => random.Between(2.7f, 3.6f),
            },
        };
        int sameWay = setting switch { RoadSetting.Highway => random.Whole(2, 5), RoadSetting.Rural => random.Chance(0.8f) ? 1 : 2, _ => random.Whole(1, 3) };
        int oncoming = setting == RoadSetting.Highway || random.Chance(0.25f) ? 0 : setting == RoadSetting.Rural ? 1 : random.Whole(1, 2);
        if (sameWay + oncoming == 1 && random.Chance(0.7f)) sameWay = 2;
        int own = random.Whole(0, sameWay - 1);
        var style = new PaintStyle(random, setting);
        float left = -(own + 0.5f) * road.LaneWidth, right = left + sameWay * road.LaneWidth;
        for (int i = 0; i < sameWay; i++) road.Lanes.Add(new RoadLane(left + (i + 0.5f) * road.LaneWidth, false, false));
        float farLeft = left - oncoming * road.LaneWidth;
        for (int i = 0; i < oncoming; i++) road.Lanes.Add(new RoadLane(left - (i + 0.5f) * road.LaneWidth, true, false));

        bool edges = setting != RoadSetting.Urban || random.Chance(0.45f), divided = oncoming == 0;
        if (edges && (setting == RoadSetting.Highway || random.Chance(0.9f))) road.Lines.Add(style.EdgeLine(farLeft, divided && random.Chance(0.6f)));
        for (int i = oncoming - 1; i > 0; i--) road.Lines.Add(style.Divider(left - i * road.LaneWidth));
        if (oncoming > 0) road.Lines.Add(style.CentreLine(left));
        for (int i = 1; i < sameWay; i++) road.Lines.Add(style.Divider(left + i * road.LaneWidth));
        RoadLine? outer = edges && (setting == RoadSetting.Highway || random.Chance(0.9f)) ? style.EdgeLine(right, false) : null;
        if (outer is not null) road.Lines.Add(outer);

        float shoulder = setting switch { RoadSetting.Highway => random.Between(0.6f, 3.5f), RoadSetting.Rural => random.Skewed(0.1f, 2, 2), _ => random.Between(0.2f, 0.8f) };
        float leftShoulder = oncoming == 0 && setting == RoadSetting.Highway ? random.Between(0.4f, 3) : shoulder;
        float parkRight = 0, parkLeft = 0;
        if (setting == RoadSetting.Urban && random.Chance(0.6f)) road.Lanes.Add(new RoadLane(right + (parkRight = random.Between(2, 2.6f)) / 2, false, true));
        if (setting == RoadSetting.Urban && random.Chance(0.5f)) road.Lanes.Add(new RoadLane(farLeft - (parkLeft = random.Between(2, 2.6f)) / 2, oncoming > 0, true));
        road.Left = new RoadEdge(farLeft - leftShoulder - parkLeft);
        road.Right = new RoadEdge(right + shoulder + parkRight);
        road.Kerb = setting == RoadSetting.Urban ? random.Between(0.12f, 0.35f) : random.Chance(0.2f) ? random.Between(0.1f, 0.3f) : 0;
        road.Strip = setting == RoadSetting.Urban ? random.Between(1.5f, 5) : random.Between(0.5f, 6);

        if (outer is not null && setting != RoadSetting.Urban && random.Chance(0.3f)) Widen(random, road, style, right, outer);
        Number(road);
        if (setting == RoadSetting.Highway && random.Chance(0.7f)) AddOther(random, road, style);
        return road;
    }

    /// <summary>Lets a lane begin or end at the right, or an exit leave.</summary>
    private static void Widen(SceneRandom random, Road road, PaintStyle style, float right, RoadLine outer)
    {
        float from = random.Between(-30, 60), to = from + random.Between(30, 90), width = road.LaneWidth * random.Between(0.95f, 1.2f);
        switch (random.Whole(0, 2))
        {
            case 0: // A lane begins.
                outer.Edge = new RoadEdge(right, width, from, to);
                road.Right = road.Right with { Shift = width, From = from, To = to };
                road.Lines.Insert(road.Lines.Count - 1, style.Divider(right, start: to - random.Between(0, 20)));
                break;
            case 1: // A lane ends.
                outer.Edge = new RoadEdge(right + width, -width, from, to);
                road.Right = new RoadEdge(road.Right.Offset + width, -width, from, to);
                road.Lines.Insert(road.Lines.Count - 1, style.Divider(right, end: from + random.Between(0, 20)));
                break;
            default: // An exit leaves: its two lines go away together, behind a solid line that stays.
                float away = random.Between(5, 14);
                road.Lines.Add(style.EdgeLine(right + random.Between(0.4f, 1), false, new RoadEdge(right + 0.6f, away, from, to + 40)));
                road.Lines.Add(style.EdgeLine(right + width, false, new RoadEdge(right + 0.6f + width, away, from, to + 40)));
                road.Right = new RoadEdge(road.Right.Offset + width + 0.6f, away, from, to + 40);
                break;
        }
    }

    /// <summary>Adds the carriageway beyond the median. Its lines have no labels.</summary>
    private static void AddOther(SceneRandom random, Road road, PaintStyle style)
    {
        int lanes = random.Whole(2, 4);
        float median = random.Chance(0.5f) ? random.Between(0.6f, 2) : random.Between(2, 14);
        road.HasOther = true;
        road.OtherRight = road.Left.Offset - median;
        float edge = road.OtherRight - random.Between(0.5f, 2);
        road.Lines.Add(style.EdgeLine(edge, random.Chance(0.5f)));
        for (int i = 0; i < lanes; i++)
        {
            road.Lanes.Add(new RoadLane(edge - (i + 0.5f) * road.LaneWidth, true, false));
            road.Lines.Add(i == lanes - 1 ? style.EdgeLine(edge - lanes * road.LaneWidth, false) : style.Divider(edge - (i + 1) * road.LaneWidth));
        }
        road.OtherLeft = edge - lanes * road.LaneWidth - random.Between(0.5f, 3);
    }

    /// <summary>Counts the lines from the own lane, whose middle is at 0.</summary>
    private static void Number(Road road)
    {
        int first = road.Lines.FindIndex(static line => line.Edge.Offset > 0);
        if (first < 0) first = road.Lines.Count;
        for (int i = 0; i < road.Lines.Count; i++) road.Lines[i].Position = i < first ? i - first : i - first + 1;
    }

    /// <summary>How the lines of one road are painted.</summary>
    private sealed class PaintStyle
    {
        private readonly SceneRandom _random;
        private readonly float _width, _edgeWidth, _dash, _period, _phase;
        private readonly bool _dots;
        private readonly LineColour _centre;

        public PaintStyle(SceneRandom random, RoadSetting setting)
        {
            _random = random;
            _width = random.Chance(0.85f) ? random.Between(0.1f, 0.2f) : random.Between(0.2f, 0.3f);
            _edgeWidth = _width * random.Between(0.9f, 1.6f);
            _dash = random.Pick<float>(DashLengths);
            _period = _dash * (setting == RoadSetting.Urban ? random.Between(1.8f, 3.5f) : random.Between(1.5f, 4.2f));
            _phase = random.Between(0, _period);
            _dots = setting == RoadSetting.Highway && random.Chance(0.12f);
            _centre = random.Chance(0.55f) ? LineColour.Yellow : LineColour.White;
        }

        public RoadLine EdgeLine(float offset, bool yellow, RoadEdge? edge = null) => new()
        {
            Edge = edge ?? new RoadEdge(offset),
            Kind = LineKind.Solid,
            Colour = yellow ? LineColour.Yellow : LineColour.White,
            Width = _edgeWidth,
            Strength = Strength(),
        };

        public RoadLine Divider(float offset, float start = -10, float end = 1000)
        {
            bool solid = _random.Chance(0.08f);
            return new()
            {
                Edge = new RoadEdge(offset),
                Kind = solid ? LineKind.Solid : LineKind.Dashed,
                Colour = LineColour.White,
                Width = _width,
                Dash = solid ? 1 : _dash,
                Period = solid ? 1 : _period,
                Phase = _phase + _random.Around(_random.Chance(0.7f) ? 0.3f : _period),
                Dots = _dots,
                Start = start,
                End = end,
                Strength = Strength(),
            };
        }

        public RoadLine CentreLine(float offset)
        {
            bool isDouble = _random.Chance(0.5f), dashed = !isDouble && _random.Chance(0.6f);
            int dashedSide = isDouble && _random.Chance(0.25f) ? _random.Whole(1, 2) : 0;
            return new()
            {
                Edge = new RoadEdge(offset),
                Kind = isDouble ? LineKind.Double : dashed ? LineKind.Dashed : LineKind.Solid,
                Colour = _centre,
                Width = isDouble ? MathF.Min(_width, 0.15f) : _width,
                Dash = dashed || dashedSide > 0 ? _dash : 1,
                Period = dashed || dashedSide > 0 ? _period : 1,
                Phase = _phase,
                Spacing = isDouble ? MathF.Min(_width, 0.15f) + _random.Between(0.08f, 0.2f) : 0,
                LeftDashed = dashedSide == 1,
                RightDashed = dashedSide == 2,
                Strength = Strength(),
            };
        }

        private float Strength() => _random.Chance(0.8f) ? _random.Between(0.75f, 1) : _random.Between(0.35f, 0.75f);
    }
}
