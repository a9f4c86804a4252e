using System.Runtime.InteropServices;

namespace Hutong.Transport.Internal.Linux;

/// <summary>
/// The calls to the C library. Those marked as not changing the collector's mode save some 15 ns: they never block, and what they copy at most takes
/// microseconds, by which a garbage collection may be delayed.
/// </summary>
internal static unsafe partial class Libc
{
    public const int EpollAdd = 1;
    public const int EpollRemove = 2;
    public const int EpollModify = 3;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int NoSignal = 0x4000;
    public const int ShutdownWrite = 1;
    public const int ShutdownBoth = 2;
    public const int LevelSocket = 1;
    public const int OptionError = 4;
    public const int LevelTcp = 6;
    public const int OptionNoDelay = 1;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, void* e);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, void* events, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    [SuppressGCTransition]
    public static partial int EpollPoll(int epoll, void* events, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    public static partial nint Read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    public static partial nint Write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "recv")]
    [SuppressGCTransition]
    public static partial nint Receive(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    [SuppressGCTransition]
    public static partial nint SendSmall(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int socket, void* address, int* length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int socket, void* address, int* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int socket, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    public static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Piece
    {
        public void* Start;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint PieceCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
