using System.Runtime.InteropServices;

namespace Hutong.Transport.Internal.Linux;

/// <summary>epoll and non-blocking sockets.</summary>
internal sealed unsafe class LinuxSockets : SocketSystem
{
    // Larger sends copy long enough that a garbage collection should not wait for them.
    private const int SmallSend = 64 * 1024;

    // struct epoll_event is packed on x64 and nowhere else.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte* _events = (byte*)NativeMemory.AllocZeroed((nuint)(Stride * MaxEvents));

    // Whether Wake has written since the last wait: one write is enough.
    private int _woken;

    public LinuxSockets()
    {
        _epoll = Check(Libc.EpollCreate(Libc.CloseOnExec));
        _wake = Check(Libc.EventDescriptor(0, Libc.CloseOnExec | Libc.NonBlocking));
        Watch(_wake, Readiness.Read, isNew: true);
    }

    public override int Wait(Span<ReadyEvent> events, int timeoutMilliseconds)
    {
        int count = timeoutMilliseconds == 0
            ? Libc.EpollPoll(_epoll, _events, MaxEvents, 0)
            : Libc.EpollWait(_epoll, _events, MaxEvents, timeoutMilliseconds);
        int found = 0;
        // Only an interrupted wait fails here, and then there are none.
        for (byte* e = _events; count > 0; e += Stride, count--)
        {
            int descriptor = *(int*)(e + Stride - sizeof(ulong));
            if (descriptor == _wake)
                ClearWake();
            else
                events[found++] = new ReadyEvent(*(Readiness*)e, descriptor);
        }

        return found;
    }

    public override void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) != 0)
            return;
        ulong one = 1;
        _ = Libc.Write(_wake, &one, sizeof(ulong));
    }

    public override void Watch(int descriptor, Readiness interest, bool isNew)
    {
        byte* e = stackalloc byte[16];
        *(Readiness*)e = interest;
        *(ulong*)(e + Stride - sizeof(ulong)) = (uint)descriptor;
        Check(Libc.EpollControl(_epoll, isNew ? Libc.EpollAdd : Libc.EpollModify, descriptor, e));
    }

    public override void Unwatch(int descriptor)
    {
        ulong* unused = stackalloc ulong[2];
        _ = Libc.EpollControl(_epoll, Libc.EpollRemove, descriptor, unused);
    }

    public override int Receive(int descriptor, Span<byte> buffer)
    {
        nint count;
        do
        {
            fixed (byte* start = buffer)
                count = Libc.Receive(descriptor, start, (nuint)buffer.Length, 0);
            if (count >= 0)
                return (int)count;
            count = -Marshal.GetLastSystemError();
        }
        while (count == Errors.Interrupted);
        return (int)count;
    }

    public override int Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        nint count;
        do
        {
            fixed (byte* start = bytes)
            {
                if (bytes.Length <= SmallSend)
                {
                    count = Libc.SendSmall(descriptor, start, (nuint)bytes.Length, Libc.NoSignal);
                    if (count < 0)
                        count = -Marshal.GetLastSystemError();
                }
                else
                {
                    count = Libc.Send(descriptor, start, (nuint)bytes.Length, Libc.NoSignal);
                    if (count < 0)
                        count = -Marshal.GetLastPInvokeError();
                }
            }
        }
        while (count == Errors.Interrupted);
        return (int)count;
    }

    public override int Send(int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        nint count;
        var pieces = stackalloc Libc.Piece[2];
        do
        {
            fixed (byte* firstStart = first)
            fixed (byte* secondStart = second)
            {
                pieces[0] = new() { Start = firstStart, Length = (nuint)first.Length };
                pieces[1] = new() { Start = secondStart, Length = (nuint)second.Length };
                var message = new Libc.MessageHeader { Pieces = pieces, PieceCount = 2 };
                count = Libc.SendMessage(descriptor, &message, Libc.NoSignal);
                if (count < 0)
                    count = -Marshal.GetLastPInvokeError();
            }
        }
        while (count == Errors.Interrupted);
        return (int)count;
    }

    public override void ShutdownSend(int descriptor) => _ = Libc.Shutdown(descriptor, Libc.ShutdownWrite);

    public override void ShutdownBoth(int descriptor) => _ = Libc.Shutdown(descriptor, Libc.ShutdownBoth);

    public override int TakeError(int descriptor)
    {
        int error = 0;
        int length = sizeof(int);
        return Libc.GetOption(descriptor, Libc.LevelSocket, Libc.OptionError, &error, &length) < 0 ? -Marshal.GetLastPInvokeError() : -error;
    }

    public override void Close(int descriptor) => _ = Libc.Close(descriptor);

    public override void Dispose()
    {
        // A wake-up that is on its way holds the descriptor's number, which is another's once it is closed; later ones see this mark.
        ulong value;
        if (Interlocked.Exchange(ref _woken, 1) != 0)
        {
            while (Libc.Read(_wake, &value, sizeof(ulong)) < 0)
                Thread.Yield();
        }

        Close(_wake);
        Close(_epoll);
        NativeMemory.Free(_events);
    }

    private void ClearWake()
    {
        ulong value;
        _ = Libc.Read(_wake, &value, sizeof(ulong));
        Volatile.Write(ref _woken, 0);
    }

    private static int Check(int result) =>
        result >= 0 ? result : throw new IOException($"The event loop could not be set up: errno {Marshal.GetLastPInvokeError()}.");
}
