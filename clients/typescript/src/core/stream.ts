/** What can be sent piece by piece. */
export type StreamSource = Blob | ReadableStream<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>>;

async function* read(source: StreamSource, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (source instanceof Blob) {
    for (let at = 0; at < source.size; at += size)
      yield new Uint8Array(await source.slice(at, at + size).arrayBuffer());
  } else if (Symbol.asyncIterator in source) {
    yield* source as AsyncIterable<Uint8Array<ArrayBuffer>>;
  } else {
    // Safari's streams cannot be iterated.
    const reader = (source as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
    try {
      for (let piece; !(piece = await reader.read()).done;)
        yield piece.value!;
    } finally {
      void reader.cancel().catch(() => {});
    }
  }
}

/** The source in pieces of at most so many bytes. */
export async function* pieces(source: StreamSource, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const piece of read(source, size)) {
    for (let at = 0; at < piece.length; at += size)
      yield piece.subarray(at, at + size);
  }
}
