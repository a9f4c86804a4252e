/** A part of a frame: which bytes, and what they say. */
export interface Part {
  kind: 'first' | 'second' | 'length' | 'mask' | 'payload';
  bytes: Uint8Array;
}

export interface Anatomy {
  final: boolean;
  opcode: number;
  masked: boolean;
  length: number;
  parts: Part[];
  /** The payload without its mask. */
  payload: Uint8Array;
}

const BITS16 = 126;
const BITS64 = 127;

/** Takes a frame apart (RFC 6455 §5.2). */
export function dissect(frame: Uint8Array): Anatomy {
  const [first, second] = [frame[0]!, frame[1]!];
  const masked = (second & 0x80) !== 0;
  const short = second & 0x7f;
  const extended = short === BITS16 ? 2 : short === BITS64 ? 8 : 0;
  const length = extended ? frame.subarray(2, 2 + extended).reduce((sum, byte) => sum * 256 + byte, 0) : short;
  const maskAt = 2 + extended;
  const payloadAt = maskAt + (masked ? 4 : 0);
  const mask = frame.subarray(maskAt, payloadAt);
  const raw = frame.subarray(payloadAt);
  const parts: Part[] = [{ kind: 'first', bytes: frame.subarray(0, 1) }, { kind: 'second', bytes: frame.subarray(1, 2) }];
  if (extended)
    parts.push({ kind: 'length', bytes: frame.subarray(2, maskAt) });
  if (masked)
    parts.push({ kind: 'mask', bytes: mask });
  if (raw.length)
    parts.push({ kind: 'payload', bytes: raw });
  return {
    final: (first & 0x80) !== 0, opcode: first & 0xf, masked, length, parts,
    payload: masked ? raw.map((byte, index) => byte ^ mask[index & 3]!) : raw,
  };
}

export function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

export function bits(byte: number): string {
  return byte.toString(2).padStart(8, '0');
}
