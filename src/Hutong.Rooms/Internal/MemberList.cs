namespace Hutong.Rooms.Internal;

/// <summary>Members that are sent to one by one, side by side in memory. In the room's turn.</summary>
internal struct MemberList
{
    private Member[]? _members;
    private int _count;

    public readonly ReadOnlySpan<Member> Span => _members.AsSpan(0, _count);

    public void Add(Member member)
    {
        _members ??= new Member[4];
        if (_count == _members.Length)
            Array.Resize(ref _members, _count * 2);
        member.SingleIndex = _count;
        _members[_count++] = member;
    }

    /// <summary>Takes a member out; the last one takes its place.</summary>
    public void Remove(Member member)
    {
        var last = _members![--_count];
        _members[member.SingleIndex] = last;
        last.SingleIndex = member.SingleIndex;
        _members[_count] = null!;
        member.SingleIndex = -1;
        if (_count == 0)
            _members = null;
        else if (_count < _members.Length / 4)
            Array.Resize(ref _members, _members.Length / 2);
    }
}
