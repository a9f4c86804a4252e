// What the matrix sends, the same in every peer.
import { text } from './data.mjs';

/** Bytes that compress only against themselves: the second time is short only where the context was kept and the window reaches back. */
function noise() {
  const bytes = Buffer.alloc(4096);
  let state = 1;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Sends each message and expects it back. Whole messages are texts, fragmented ones binary. */
export async function converse(fragmented, exchange) {
  for (const size of [5, 65_536, 16_777_216, 0, 0]) {
    const message = size === 0 ? noise() : fragmented ? Buffer.from(text(size)) : text(size);
    const answer = await exchange(message);
    if (typeof message === 'string' ? answer !== message : !Buffer.isBuffer(answer) || !answer.equals(message))
      throw new Error(`another message came back for ${message.length}`);
  }
}

export async function runClient({ url, id, modes }, version, talk) {
  console.log(JSON.stringify({ version }));
  for (const mode of modes) {
    for (const frames of ['whole', 'fragmented']) {
      const line = { mode, frames };
      try {
        line.extensions = await talk(`${url}/${mode}/${frames}?id=${id}`, mode, frames === 'fragmented');
      } catch (error) {
        line.error = String(error?.stack ?? error);
      }
      console.log(JSON.stringify(line));
    }
  }
  process.exit(0);
}
