using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hutong.Protocol.Internal.Deflate;

/// <summary>A stream of zlib in native memory, which zlib points back to, so it must not move; freed even if its owner is forgotten.</summary>
internal sealed unsafe class ZlibHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly bool _deflates;

    private ZlibHandle(bool deflates)
        : base(ownsHandle: true)
    {
        _deflates = deflates;
        SetHandle((IntPtr)NativeMemory.AllocZeroed((nuint)sizeof(Zlib.Stream)));
    }

    public Zlib.Stream* Stream => (Zlib.Stream*)handle;

    public static ZlibHandle ForDeflate(DeflateParameters parameters)
    {
        var made = new ZlibHandle(deflates: true);
        return made.Check(Zlib.DeflateInit(made.Stream, parameters.Level, parameters.WindowBits, parameters.MemoryLevel));
    }

    public static ZlibHandle ForInflate(int windowBits)
    {
        var made = new ZlibHandle(deflates: false);
        return made.Check(Zlib.InflateInit(made.Stream, windowBits));
    }

    protected override bool ReleaseHandle()
    {
        // Both accept a stream that was never set up, and do nothing then.
        _ = _deflates ? Zlib.DeflateEnd(Stream) : Zlib.InflateEnd(Stream);
        NativeMemory.Free((void*)handle);
        return true;
    }

    private ZlibHandle Check(int result)
    {
        if (result == Zlib.Ok)
            return this;
        Dispose();
        throw new InvalidOperationException($"zlib could not be set up ({result}): there is no memory for it.");
    }
}
