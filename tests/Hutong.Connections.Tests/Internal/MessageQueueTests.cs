namespace Hutong.Connections.Internal;

public class MessageQueueTests
{
    [Fact]
    public void Enqueue_ManySizes_ComesOutInOrderAndWhole()
    {
        var random = new Random(5);
        var queue = new MessageQueue();
        var expected = new Queue<byte[]>();
        for (int i = 0; i < 5000; i++)
        {
            if (random.Next(3) > 0)
            {
                byte[] data = new byte[random.Next(random.Next(4) == 0 ? 5000 : 50)];
                random.NextBytes(data);
                if (random.Next(5) == 0)
                {
                    byte[] rented = BufferPool.Rent(data.Length);
                    data.CopyTo(rented, 0);
                    queue.EnqueueOwned(MessageType.Binary, rented, data.Length);
                }
                else
                {
                    queue.Enqueue(MessageType.Binary, data, first: true, last: true);
                }

                expected.Enqueue(data);
            }
            else
            {
                // Now and then all of it, so that large rings come and go.
                int take = random.Next(50) == 0 ? expected.Count : Math.Min(expected.Count, 1);
                for (int t = 0; t < take; t++)
                {
                    queue.TryDequeue(out var item).ShouldBeTrue();
                    item.Data.ToArray().ShouldBe(expected.Dequeue());
                    queue.Release(item);
                }
            }

            queue.Count.ShouldBe(expected.Count);
            queue.Size.ShouldBe(expected.Sum(e => e.Length + 32));
        }
    }

    [Fact]
    public void Release_TheLast_ReturnsEveryBuffer()
    {
        var queue = new MessageQueue();
        var items = new List<MessageQueue.Item>();
        for (int i = 0; i < 100; i++)
            queue.Enqueue(MessageType.Text, new byte[1000], first: true, last: true);
        while (queue.TryDequeue(out var item))
            items.Add(item);
        var chunks = items.Select(i => i.Chunk!).Distinct().ToList();
        chunks.Count.ShouldBeGreaterThan(10);
        foreach (var item in items)
        {
            item.Chunk!.Bytes.ShouldNotBeNull();
            queue.Release(item);
        }

        chunks.ShouldAllBe(c => c.Bytes == null);
        queue.Size.ShouldBe(0);
    }

    [Fact]
    public void Release_OneOfAChunk_PoisonsOnlyIt()
    {
        var queue = new MessageQueue();
        queue.Enqueue(MessageType.Text, "one"u8, first: true, last: true);
        queue.Enqueue(MessageType.Text, "two"u8, first: true, last: true);
        queue.TryDequeue(out var one);
        queue.TryDequeue(out var two);
        queue.Release(one);
        one.Data.ToArray().ShouldAllBe(x => x == 0xDD);
        two.Data.ToArray().ShouldBe("two"u8.ToArray());
        queue.Release(two);
    }

    [Fact]
    public void MessageAssembler_TakenOrDropped_HoldsNothing()
    {
        var assembler = new MessageAssembler();
        assembler.Drop();
        assembler.Append(new byte[5000], announced: 0);
        assembler.Append(new byte[5000], announced: 0);
        byte[] taken = assembler.Take(out int length);
        length.ShouldBe(10_000);
        BufferPool.Return(taken);
        taken[0].ShouldBe((byte)0xDD);
        assembler.Append(new byte[1], announced: 0);
        assembler.Drop();
        BufferPool.Return(assembler.Take(out length));
        length.ShouldBe(0);
    }
}
