namespace EdgeKit.Pruning.Identities;

/// <summary>Disjoint sets over 0..n-1 that grow on demand; union by size with path halving.</summary>
internal sealed class UnionFind
{
    private readonly List<int> _parent = [];
    private readonly List<int> _size = [];

    /// <summary>Number of elements.</summary>
    public int Count => _parent.Count;

    /// <summary>Adds an element that is a set of its own.</summary>
    public int Add()
    {
        _parent.Add(_parent.Count);
        _size.Add(1);
        return _parent.Count - 1;
    }

    /// <summary>The representative of the element's set.</summary>
    public int Find(int element)
    {
        while (_parent[element] != element)
        {
            _parent[element] = _parent[_parent[element]];
            element = _parent[element];
        }
        return element;
    }

    /// <summary>Joins the sets of two elements.</summary>
    public void Unite(int a, int b)
    {
        a = Find(a);
        b = Find(b);
        if (a == b) return;
        if (_size[a] < _size[b]) (a, b) = (b, a);
        _parent[b] = a;
        _size[a] += _size[b];
    }
}
