using System.Buffers.Binary;
using System.Text;
using static Hutong.Server.Tests.Conformance.Prober;

namespace Hutong.Server.Tests.Conformance;

/// <summary>The cases, by number: written from RFC 6455, section by section.</summary>
internal static class Cases
{
    public static readonly SortedDictionary<string, Func<Prober, Task>> All = new(StringComparer.Ordinal);

    static Cases()
    {
        Framing();
        PingsAndPongs();
        ReservedBits();
        ReservedOpcodes();
        Fragmentation();
        TextEncoding();
        Closing();
        Sizes();
    }

    // §5.2, §5.6: every form of the length, in one write and in many.
    static void Framing()
    {
        foreach (byte opcode in (byte[])[Text, Binary])
        {
            foreach (int length in (int[])[0, 1, 125, 126, 127, 128, 65535, 65536])
            {
                Add($"1.{opcode}.{length:00000} whole", p => p.EchoAsync(opcode, Letters(length)));
                Add($"1.{opcode}.{length:00000} chopped", async p =>
                {
                    await p.SendChoppedAsync(Frame(opcode, Letters(length)), length > 1000 ? 997 : 7);
                    await p.ExpectAsync(opcode, Letters(length));
                });
            }

            Add($"1.{opcode}.octets", async p =>
            {
                await p.SendChoppedAsync(Frame(opcode, Letters(200)), 1);
                await p.ExpectAsync(opcode, Letters(200));
            });
            Add($"1.{opcode}.batch", async p =>
            {
                await p.SendBytesAsync(Enumerable.Range(0, 100).SelectMany(i => Frame(opcode, Letters(i))).ToArray());
                for (int i = 0; i < 100; i++)
                    await p.ExpectAsync(opcode, Letters(i));
            });
            Add($"1.{opcode}.longer length than needed, 16 bits", async p =>
            {
                await p.SendBytesAsync(new byte[] { (byte)(0x80 | opcode), 0xFE, 0, 5, 0, 0, 0, 0, 1, 2, 3, 4, 5 });
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"1.{opcode}.longer length than needed, 64 bits", async p =>
            {
                await p.SendBytesAsync(new byte[] { (byte)(0x80 | opcode), 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0 });
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"1.{opcode}.top bit of the length", async p =>
            {
                await p.SendBytesAsync(new byte[] { (byte)(0x80 | opcode), 0xFF, 0x80 });
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"1.{opcode}.huge declared length", async p =>
            {
                await p.SendBytesAsync(new byte[] { (byte)(0x80 | opcode), 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF });
                await p.ExpectCloseAsync(1009);
            }, fails: true);
            Add($"1.{opcode}.unmasked, refused at the second byte", async p =>
            {
                await p.SendBytesAsync(new byte[] { (byte)(0x80 | opcode), 0x05 });
                await p.ExpectFailureAsync(1002);
            }, fails: true);
        }

        Add("1.key of zeros", async p =>
        {
            await p.SendBytesAsync(new byte[] { 0x82, 0x83, 0, 0, 0, 0, 1, 2, 3 });
            await p.ExpectAsync(Binary, new byte[] { 1, 2, 3 });
        });
    }

    // §5.5.2, §5.5.3
    static void PingsAndPongs()
    {
        foreach (int length in (int[])[0, 1, 5, 124, 125])
        {
            Add($"2.ping of {length}", async p =>
            {
                await p.SendAsync(Ping, Octets(length));
                await p.ExpectAsync(Pong, Octets(length));
            });
            Add($"2.ping of {length} in octets", async p =>
            {
                await p.SendChoppedAsync(Frame(Ping, Octets(length)), 1);
                await p.ExpectAsync(Pong, Octets(length));
            });
            Add($"2.pong of {length}, unasked", p => p.SendAsync(Pong, Octets(length)));
        }

        foreach (byte opcode in (byte[])[Ping, Pong, Close])
        {
            foreach (byte length in (byte[])[126, 127])
            {
                Add($"2.control frame {opcode:X} with length {length}, refused at the second byte", async p =>
                {
                    await p.SendBytesAsync(new byte[] { (byte)(0x80 | opcode), (byte)(0x80 | length) });
                    await p.ExpectFailureAsync(1002);
                }, fails: true);
            }

            Add($"2.control frame {opcode:X} of 126", async p =>
            {
                await p.SendAsync(opcode, Octets(126));
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"2.control frame {opcode:X} unmasked", async p =>
            {
                await p.SendBytesAsync(new byte[] { (byte)(0x80 | opcode), 0 });
                await p.ExpectFailureAsync(1002);
            }, fails: true);
        }

        Add("2.ten pings", async p =>
        {
            for (byte i = 0; i < 10; i++)
                await p.SendAsync(Ping, new[] { i });
            for (byte i = 0; i < 10; i++)
                await p.ExpectAsync(Pong, new[] { i });
        });
        Add("2.ten pings in octets", async p =>
        {
            await p.SendChoppedAsync(Enumerable.Range(0, 10).SelectMany(i => Frame(Ping, [(byte)i])).ToArray(), 1);
            for (byte i = 0; i < 10; i++)
                await p.ExpectAsync(Pong, new[] { i });
        });
        Add("2.pong unasked, then ping", async p =>
        {
            await p.SendAsync(Pong, "unasked"u8.ToArray());
            await p.SendAsync(Ping, "asked"u8.ToArray());
            await p.ExpectAsync(Pong, "asked"u8.ToArray());
        });
        Add("2.pings and pongs mixed", async p =>
        {
            for (byte i = 0; i < 20; i++)
                await p.SendAsync(i % 2 == 0 ? Ping : Pong, new[] { i });
            for (byte i = 0; i < 20; i += 2)
                await p.ExpectAsync(Pong, new[] { i });
        });
    }

    // §5.2: RSV1–3 "MUST be 0 unless an extension is negotiated".
    static void ReservedBits()
    {
        for (byte bits = 1; bits <= 7; bits++)
        {
            byte rsv = bits;
            foreach (byte opcode in (byte[])[Text, Binary, Close, Ping, Pong])
            {
                Add($"3.bits {rsv} on opcode {opcode:X}", async p =>
                {
                    await p.SendAsync(opcode, opcode == Close ? new byte[] { 3, 232 } : Letters(8), rsv: rsv);
                    await p.ExpectFailureAsync(1002);
                }, fails: true);
            }

            Add($"3.bits {rsv} refused at the first byte", async p =>
            {
                await p.SendBytesAsync(new byte[] { (byte)(0x80 | rsv << 4 | Text) });
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"3.bits {rsv} on a continuation", async p =>
            {
                await p.SendAsync(Text, Letters(8), fin: false);
                await p.SendAsync(Continuation, Letters(8), rsv: rsv);
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"3.bits {rsv} after a good message, then a ping, chopped", async p =>
            {
                await p.SendChoppedAsync((byte[])[.. Frame(Text, Letters(16)), .. Frame(Text, Letters(16), rsv: rsv), .. Frame(Ping)], 5);
                await p.ExpectEchoThenFailureAsync(Text, Letters(16), 1002);
            }, fails: true);
        }
    }

    // §5.2: 3–7 and 0xB–0xF are reserved.
    static void ReservedOpcodes()
    {
        foreach (byte opcode in (byte[])[3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
        {
            Add($"4.opcode {opcode:00} empty", async p =>
            {
                await p.SendAsync(opcode);
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"4.opcode {opcode:00} with payload", async p =>
            {
                await p.SendAsync(opcode, Letters(20));
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"4.opcode {opcode:00} refused at the first byte", async p =>
            {
                await p.SendBytesAsync(new byte[] { (byte)(0x80 | opcode) });
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"4.opcode {opcode:00} after a good message, then a ping", async p =>
            {
                await p.SendBytesAsync((byte[])[.. Frame(Text, Letters(16)), .. Frame(opcode, Letters(3)), .. Frame(Ping)]);
                await p.ExpectEchoThenFailureAsync(Text, Letters(16), 1002);
            }, fails: true);
        }
    }

    // §5.4
    static void Fragmentation()
    {
        foreach (byte opcode in (byte[])[Ping, Pong, Close])
        {
            Add($"5.control frame {opcode:X} fragmented", async p =>
            {
                await p.SendAsync(opcode, opcode == Close ? new byte[] { 3, 232 } : Letters(2), fin: false);
                await p.ExpectFailureAsync(1002);
            }, fails: true);
        }

        foreach (byte opcode in (byte[])[Text, Binary])
        {
            foreach (int size in (int[])[1, 2, 7, 64])
            {
                Add($"5.{opcode}.fragments of {size:00}", async p =>
                {
                    await p.SendFragmentsAsync(opcode, Letters(100), size);
                    await p.ExpectAsync(opcode, Letters(100));
                });
                Add($"5.{opcode}.fragments of {size:00} with a ping after each", async p =>
                {
                    byte[] all = Letters(100);
                    int count = 0;
                    for (int i = 0; i < all.Length; i += size, count++)
                    {
                        int end = Math.Min(all.Length, i + size);
                        await p.SendAsync(i == 0 ? opcode : Continuation, all.AsMemory(i, end - i), fin: end == all.Length);
                        if (end < all.Length)
                            await p.SendAsync(Ping, new[] { (byte)count });
                    }

                    for (byte i = 0; i < count - 1; i++)
                        await p.ExpectAsync(Pong, new[] { i });
                    await p.ExpectAsync(opcode, all);
                });
            }

            Add($"5.{opcode}.fragments in octets with a ping between", async p =>
            {
                await p.SendChoppedAsync(
                    (byte[])[.. Frame(opcode, Letters(5), fin: false), .. Frame(Ping, "p"u8), .. Frame(Continuation, Letters(6))], 1);
                await p.ExpectAsync(Pong, "p"u8.ToArray());
                await p.ExpectAsync(opcode, (byte[])[.. Letters(5), .. Letters(6)]);
            });
            Add($"5.{opcode}.fragments, a pong between", async p =>
            {
                await p.SendAsync(opcode, Letters(5), fin: false);
                await p.SendAsync(Pong, Letters(3));
                await p.SendAsync(Continuation, Letters(6));
                await p.ExpectAsync(opcode, (byte[])[.. Letters(5), .. Letters(6)]);
            });
            Add($"5.{opcode}.fragments, all empty", async p =>
            {
                await p.SendAsync(opcode, fin: false);
                await p.SendAsync(Continuation, fin: false);
                await p.SendAsync(Continuation);
                await p.ExpectAsync(opcode, default);
            });
            Add($"5.{opcode}.fragments, the middle one alone is not empty", async p =>
            {
                await p.SendAsync(opcode, fin: false);
                await p.SendAsync(Continuation, Letters(9), fin: false);
                await p.SendAsync(Continuation);
                await p.ExpectAsync(opcode, Letters(9));
            });
            Add($"5.{opcode}.a thousand empty fragments", async p =>
            {
                await p.SendBytesAsync((byte[])[.. Frame(opcode, Letters(1), fin: false), .. Enumerable.Range(0, 1000).SelectMany(_ => Frame(Continuation, fin: false))]);
                await p.SendAsync(Continuation);
                await p.ExpectAsync(opcode, Letters(1));
            });
            Add($"5.{opcode}.a new message before the last has ended", async p =>
            {
                await p.SendAsync(opcode, Letters(5), fin: false);
                await p.SendAsync(opcode, Letters(5));
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"5.{opcode}.a new first fragment before the last message has ended", async p =>
            {
                await p.SendAsync(opcode, Letters(5), fin: false);
                await p.SendAsync(opcode, Letters(5), fin: false);
                await p.ExpectFailureAsync(1002);
            }, fails: true);
            Add($"5.{opcode}.continuation after a whole message", async p =>
            {
                await p.SendBytesAsync((byte[])[.. Frame(opcode, Letters(5)), .. Frame(Continuation, Letters(5))]);
                await p.ExpectEchoThenFailureAsync(opcode, Letters(5), 1002);
            }, fails: true);
            Add($"5.{opcode}.continuation after a fragmented message", async p =>
            {
                await p.SendFragmentsAsync(opcode, Letters(10), 5);
                await p.SendAsync(Continuation, Letters(5), fin: false);
                await p.ExpectEchoThenFailureAsync(opcode, Letters(10), 1002);
            }, fails: true);
        }

        foreach (bool fin in (bool[])[true, false])
        {
            foreach (int length in (int[])[0, 9])
            {
                Add($"5.continuation with nothing to continue, fin {fin}, {length}", async p =>
                {
                    await p.SendAsync(Continuation, Letters(length), fin);
                    await p.ExpectFailureAsync(1002);
                }, fails: true);
                Add($"5.continuation with nothing to continue, fin {fin}, {length}, then text", async p =>
                {
                    await p.SendBytesAsync((byte[])[.. Frame(Continuation, Letters(length), fin), .. Frame(Text, Letters(4))]);
                    await p.ExpectFailureAsync(1002);
                }, fails: true);
            }
        }
    }

    // §5.6, §8.1
    static void TextEncoding()
    {
        foreach (var (name, bytes) in Utf8Table.Valid)
        {
            Add($"6.valid {name}", p => p.EchoAsync(Text, bytes));
            Add($"6.valid {name}, fragments of one", async p =>
            {
                await p.SendFragmentsAsync(Text, bytes, 1);
                await p.ExpectAsync(Text, bytes);
            });
            Add($"6.valid {name}, chopped in octets", async p =>
            {
                await p.SendChoppedAsync(Frame(Text, bytes), 1);
                await p.ExpectAsync(Text, bytes);
            });
        }

        foreach (var (name, bytes) in Utf8Table.Invalid)
        {
            Add($"6.invalid {name}", async p =>
            {
                await p.SendAsync(Text, bytes);
                await p.ExpectFailureAsync(1007);
            }, fails: true);
            Add($"6.invalid {name}, fragments of one", async p =>
            {
                await p.SendBytesAsync(Fragments(bytes));
                await p.ExpectFailureAsync(1007);
            }, fails: true);
            Add($"6.binary {name} is none of it", p => p.EchoAsync(Binary, bytes));
        }

        foreach (var (name, bytes) in Utf8Table.InvalidAtOnce)
        {
            Add($"6.fail fast {name}, inside a frame", async p =>
            {
                // A thousand bytes are declared; what is wrong comes first, and the rest never.
                byte[] frame = Frame(Text, (byte[])[.. Letters(10), .. bytes, .. new byte[1000]]);
                await p.SendBytesAsync(frame.AsMemory(0, 8 + 10 + bytes.Length));
                await p.ExpectCloseAsync(1007);
            }, fails: true);
            Add($"6.fail fast {name}, before the last fragment", async p =>
            {
                await p.SendAsync(Text, Letters(10), fin: false);
                await p.SendAsync(Continuation, bytes, fin: false);
                await p.ExpectFailureAsync(1007);
            }, fails: true);
        }

        Add("6.a character cut by a ping", async p =>
        {
            await p.SendAsync(Text, new byte[] { 0xE2, 0x82 }, fin: false);
            await p.SendAsync(Ping, "cut"u8.ToArray());
            await p.SendAsync(Continuation, new byte[] { 0xAC });
            await p.ExpectAsync(Pong, "cut"u8.ToArray());
            await p.ExpectAsync(Text, "€"u8.ToArray());
        });
        Add("6.the state of one message does not reach the next", async p =>
        {
            await p.EchoAsync(Text, "€"u8.ToArray());
            await p.SendAsync(Text, new byte[] { 0xAC });
            await p.ExpectFailureAsync(1007);
        }, fails: true);
        Add("6.long text of many planes", p => p.EchoAsync(Text, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("aß水🌍", 5000)))));
        Add("6.long text of many planes, chopped", async p =>
        {
            byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("aß水🌍", 500)));
            await p.SendChoppedAsync(Frame(Text, text), 11);
            await p.ExpectAsync(Text, text);
        });
    }

    // §5.5.1, §7
    static void Closing()
    {
        ushort[] valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
        foreach (ushort code in valid)
        {
            Add($"7.code {code:00000}", p => p.ExpectCloseAnsweredAsync(Code(code), code), fails: true);
            Add($"7.code {code:00000} with a reason", p => p.ExpectCloseAnsweredAsync(Code(code, "because"u8), code), fails: true);
        }

        ushort[] invalid = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 65535];
        foreach (ushort code in invalid)
        {
            Add($"7.code {code:00000}", p => p.ExpectCloseRefusedAsync(Code(code), 1002), fails: true);
            Add($"7.code {code:00000} with a reason", p => p.ExpectCloseRefusedAsync(Code(code, "because"u8), 1002), fails: true);
        }

        Add("7.code 01010 is not a server's to echo", p => p.ExpectCloseAnsweredAsync(Code(1010), 1000), fails: true);
        Add("7.empty", p => p.ExpectCloseAnsweredAsync(default, null), fails: true);
        Add("7.one byte", p => p.ExpectCloseAnsweredAsync(new byte[] { 3 }, 1002), fails: true);
        Add("7.reason of 123 bytes", p => p.ExpectCloseAnsweredAsync(Code(1000, Letters(123)), 1000), fails: true);
        Add("7.reason of 124 bytes", async p =>
        {
            await p.SendAsync(Close, Code(1000, Letters(124)));
            await p.ExpectFailureAsync(1002);
        }, fails: true);
        foreach (var (name, bytes) in Utf8Table.Invalid.Where(i => i.Bytes.Length <= 100))
            Add($"7.reason {name}", p => p.ExpectCloseRefusedAsync(Code(1000, bytes), 1007), fails: true);
        Add("7.reason in many planes", p => p.ExpectCloseAnsweredAsync(Code(1000, "aß水🌍"u8), 1000), fails: true);
        Add("7.in octets", async p =>
        {
            await p.SendChoppedAsync(Frame(Close, Code(4321, "bye"u8)), 1);
            await p.ExpectCloseAsync(4321);
            await p.ExpectEndAsync();
        }, fails: true);
        foreach (byte opcode in (byte[])[Text, Binary, Ping, Pong, Close, 3, 15])
        {
            Add($"7.frame {opcode:X} after close", async p =>
            {
                await p.SendBytesAsync((byte[])[.. Frame(Close, Code(1000)), .. Frame(opcode, opcode == Close ? Code(1001) : Letters(4))]);
                await p.ExpectCloseAsync(1000);
                await p.ExpectEndAsync();
            }, fails: true);
        }

        Add("7.garbage after close", async p =>
        {
            await p.SendBytesAsync((byte[])[.. Frame(Close, Code(1000)), .. Enumerable.Repeat((byte)0xFF, 500)]);
            await p.ExpectCloseAsync(1000);
            await p.ExpectEndAsync();
        }, fails: true);
        Add("7.between fragments", async p =>
        {
            await p.SendAsync(Text, Letters(4), fin: false);
            await p.ExpectCloseAnsweredAsync(Code(1000), 1000);
        }, fails: true);
        Add("7.between fragments, the rest follows", async p =>
        {
            await p.SendBytesAsync((byte[])[.. Frame(Text, Letters(4), fin: false), .. Frame(Close, Code(1000)), .. Frame(Continuation, Letters(4))]);
            await p.ExpectCloseAsync(1000);
            await p.ExpectEndAsync();
        }, fails: true);
        Add("7.right after messages, which are echoed first", async p =>
        {
            await p.SendBytesAsync((byte[])[.. Frame(Text, "one"u8), .. Frame(Binary, "two"u8), .. Frame(Close, Code(1000))]);
            await p.ExpectAsync(Text, "one"u8.ToArray());
            await p.ExpectAsync(Binary, "two"u8.ToArray());
            await p.ExpectCloseAsync(1000);
            await p.ExpectEndAsync();
        }, fails: true);
        Add("7.right after a large message, which is echoed first", async p =>
        {
            var sending = p.SendBytesAsync((byte[])[.. Frame(Binary, Octets(300_000)), .. Frame(Close, Code(1000))]);
            await p.ExpectAsync(Binary, Octets(300_000));
            await sending;
            await p.ExpectCloseAsync(1000);
            await p.ExpectEndAsync();
        }, fails: true);
        Add("7.ping, then close", async p =>
        {
            await p.SendBytesAsync((byte[])[.. Frame(Ping, "last"u8), .. Frame(Close, Code(1000))]);
            await p.ExpectAsync(Pong, "last"u8.ToArray());
            await p.ExpectCloseAsync(1000);
            await p.ExpectEndAsync();
        }, fails: true);
    }

    // Messages as large as servers meet them, in one frame, in fragments, in small writes.
    static void Sizes()
    {
        foreach (int kib in (int[])[64, 256, 1024, 4096, 16384])
        {
            foreach (byte opcode in (byte[])[Text, Binary])
                Add($"9.{opcode}.{kib:00000} KiB in one frame", p => p.EchoAsync(opcode, Letters(kib * 1024)));
        }

        foreach (int size in (int[])[64, 256, 1024, 4096, 16 * 1024, 64 * 1024, 256 * 1024, 1024 * 1024])
        {
            // Tiny frames are many, and each of them is a write.
            int total = size < 1024 ? 256 * 1024 : 2 * 1024 * 1024;
            foreach (byte opcode in (byte[])[Text, Binary])
            {
                Add($"9.{opcode}.fragments of {size:0000000}", async p =>
                {
                    byte[] all = Letters(total);
                    var sending = p.SendFragmentsAsync(opcode, all, size);
                    await p.ExpectAsync(opcode, all);
                    await sending;
                });
            }
        }

        foreach (int size in (int[])[64, 512, 2048, 65536])
        {
            Add($"9.1 MiB in writes of {size:00000}", async p =>
            {
                byte[] all = Letters(1024 * 1024);
                var sending = p.SendChoppedAsync(Frame(Binary, all), size);
                await p.ExpectAsync(Binary, all);
                await sending;
            });
        }

        Add("9.1000 messages, one after the other", async p =>
        {
            for (int i = 0; i < 1000; i++)
                await p.EchoAsync(Text, Letters(i % 200));
        });
        Add("9.10000 messages at once", async p =>
        {
            var sending = p.SendBytesAsync(Enumerable.Range(0, 10_000).SelectMany(i => Frame(Binary, Octets(i % 100))).ToArray());
            for (int i = 0; i < 10_000; i++)
                await p.ExpectAsync(Binary, Octets(i % 100));
            await sending;
        });
        Add("10.65536 bytes in fragments of 1300", async p =>
        {
            byte[] all = Letters(65536);
            await p.SendFragmentsAsync(Text, all, 1300);
            await p.ExpectAsync(Text, all);
        });
    }

    static void Add(string name, Func<Prober, Task> run, bool fails = false) => All.Add(name, fails
        ? run
        : async p =>
        {
            await run(p);
            await p.CloseAsync();
        });

    static byte[] Letters(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] = (byte)('a' + (i % 26));
        return bytes;
    }

    static byte[] Octets(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] = (byte)(255 - (i % 256));
        return bytes;
    }

    static byte[] Fragments(byte[] bytes) =>
        [.. bytes.SelectMany((b, i) => Frame(i == 0 ? Text : Continuation, [b], fin: i == bytes.Length - 1))];

    static byte[] Code(ushort code, ReadOnlySpan<byte> reason = default)
    {
        byte[] payload = new byte[2 + reason.Length];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        reason.CopyTo(payload.AsSpan(2));
        return payload;
    }
}
